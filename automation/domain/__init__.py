"""The words that every other room shares: records, keys, marks, errors, the roles of the outside services. Pure, and
without a way out.

May import nothing of the package. Begin with `model` (what a call is), then `keys` (what a step is called), `steps`
(what can be done) and `receipts` (what is known of it: `proofs` of what was done, and what was `begun`); `services`
says what the outside must be able to do, in words of the step and not of a vendor, and `ledger` what whatever remembers
must be able to do.
"""
