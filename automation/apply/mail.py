"""MailStep -> Gmail or SMTP."""

from __future__ import annotations

from dataclasses import replace

from automation.apply.begun_mail import (
    LEFT_GMAIL,
    Sent,
    begun_as_draft,
    fate,
    left_in_gmail,
    remove_draft,
    send_as_draft,
)
from automation.apply.context import StepContext, Unsettled
from automation.apply.event_marks import mark_proof, mark_step
from automation.apply.outcome import Done, Dropped, InDoubt, Outcome
from automation.apply.second_look import without_looks
from automation.apply.template_values import template_values
from automation.apply.thread import thread_of
from automation.domain.begun import MailBegun
from automation.domain.errors import Problem, ProblemsError, ServiceError, Unknown
from automation.domain.fingerprint import fingerprint
from automation.domain.instants import rfc3339
from automation.domain.keys import step_of
from automation.domain.marks import DAY, KEY, REPEAT
from automation.domain.model import Call, Config
from automation.domain.proofs import MailProof, MeetingProof
from automation.domain.receipts import repeated
from automation.domain.rendered import SHORTEN
from automation.domain.services import DirectMailService, DraftMailService
from automation.domain.steps import CallContext, MailStep
from automation.domain.text import Mailbox
from automation.rendering.escape import page_address
from automation.rendering.formats.ical import itip, uid
from automation.rendering.formats.mime import TooLong, build_message, message_id


def apply_mail(step: MailStep, context: StepContext) -> Outcome:
    """Send one mail to the Group, at most once."""
    if context.services.drafts is not None:
        return _by_draft(step, context, context.services.drafts)
    assert context.services.smtp is not None
    return _by_submission(step, context, context.services.smtp)


def sender_of(config: Config) -> str:
    """`FLOSS-Mentoring <organizer@example.org>`: From of the mails, and ORGANIZER of the invitations (RFC 6047 3)."""
    own = Mailbox.parse(config.mail.sender)
    return f"{own.name or config.name} <{own.address}>"


def _proof(call: Call, number: str | None) -> MailProof:
    return MailProof(call.day, call.start, number)


def _by_draft(step: MailStep, context: StepContext, service: DraftMailService) -> Outcome:
    """Create a draft, remember its id, send it. What an earlier attempt came to is found out first."""
    known = context.begun(MailBegun)
    if known.submitting:
        return InDoubt(
            "it was begun through the mail server, before `[mail] via` was changed to Gmail, and nobody can be asked"
            " whether it went out"
        )
    begun = MailBegun(day=step.call.day, about=_about(step), repeat=repeated(context.receipt))
    draft = ""
    if context.reopened:
        found = fate(service, step.key, known, context.now)
        if isinstance(found, Unsettled | InDoubt):
            return found
        if isinstance(found, Sent):
            return Done(_proof(step.call, found.message))
        if found is not None and (step.no_longer_wanted or known.about != begun.about):
            remove_draft(service, found.draft, known)
        elif found is not None:
            draft, begun = found.draft, without_looks(known)
    if step.no_longer_wanted:
        return Dropped(step.no_longer_wanted)
    if not draft:
        mark_proof(context, step.call)
        # What the draft says is known even if the answer is lost, and an earlier one may still turn up among the sent
        # mails.
        begun = replace(begun, since=known.since or context.now)
        context.ledger.begun(step.key, context.now, begun)
        draft = service.create_draft(_message(step, context))
    return Done(_proof(step.call, send_as_draft(context, service, key=step.key, draft=draft, begun=begun)))


def _about(step: MailStep) -> str:
    """What a draft must not say otherwise when it is sent later than it was written."""
    return fingerprint(rfc3339(step.call.start), rfc3339(step.call.end), step.context.links.join)


def _by_submission(step: MailStep, context: StepContext, service: DirectMailService) -> Outcome:
    known = context.begun(MailBegun)
    if known.submitting:
        return InDoubt("the connection to the mail server was lost before it said whether it took the mail")
    if begun_as_draft(known):
        return InDoubt(LEFT_GMAIL)
    if concern := left_in_gmail(step.key, known):
        context.ledger.notice(concern, context.now)
    if step.no_longer_wanted:
        return Dropped(step.no_longer_wanted)
    message = _message(step, context)
    kind = step_of(step.key)
    mark_step(context, step.call, kind, "begun")
    context.raise_if_late("smtp", "send the mail")
    context.ledger.begun(step.key, context.now, MailBegun(day=step.call.day, submitting=True))
    try:
        number = service.send(message, Mailbox.parse(context.config.mail.sender).address, [context.config.group])
    except Unknown as error:
        return InDoubt(error.what)
    context.ledger.done(step.key, context.now, _proof(step.call, number))
    mark_step(context, step.call, kind=kind, word="done", proof=rfc3339(context.now))
    return Done(_proof(step.call, number))


def _message(step: MailStep, context: StepContext) -> bytes:
    config, call = context.config, step.call
    if "passcode" in step.template.body + step.template.subject:
        step = replace(step, context=_with_passcode(step, context))
    mail = context.renderer.mail(step.template, template_values(context, step))
    repeat = repeated(context.receipt)
    headers = {
        KEY: step.key,
        DAY: call.day.isoformat(),
        **({REPEAT: rfc3339(repeat)} if repeat else {}),
        "Auto-Submitted": config.mail.auto_submitted,
        **thread_of(context, step.key, call),
    }
    try:
        return build_message(
            sender=sender_of(config),
            to=config.group,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            headers={name: value for name, value in headers.items() if value != "no"},
            date=context.now,
            message_id=message_id(f"{step.key}#{rfc3339(repeat)}" if repeat else step.key, sender_of(config)),
            invitation=_invitation(step, context),
            method=step.invitation,
        )
    except TooLong as error:
        raise ProblemsError([Problem(step.template.path, "", f"{error}; {SHORTEN}")]) from error


def _invitation(step: MailStep, context: StepContext) -> bytes | None:
    if not step.invitation:
        return None
    config, call = context.config, step.call
    return itip(
        call,
        method=step.invitation,
        organizer=sender_of(config),
        group=config.group,
        uid=uid(call.id),
        location=step.context.links.join or "",
        description=context.renderer.event(template_values(context, step)),
        stamp=context.now,
        url=page_address(config),
        category=config.name,
    )


def _with_passcode(step: MailStep, context: StepContext) -> CallContext:
    """The passcode is asked for only by a template that shows it; it is kept nowhere."""
    around, meeting = step.context, context.snapshot.left(step.call.id.step("meeting"), MeetingProof)
    if context.services.meetings is None or meeting is None:
        return around
    try:
        seen = context.services.meetings.get(meeting.id)
    except ServiceError:
        return around  # the link, which is known, holds it already
    if seen is None:
        return around
    return replace(around, links=replace(around.links, passcode=seen.passcode or None))
