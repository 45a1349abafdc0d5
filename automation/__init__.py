"""Callkeeper keeps a community's regular call: meeting, calendar, mail, notes, recording, archive.

This is the map of the package, in reading order. Nothing is imported here, so that a quiet tick stays cheap. (pure) = the same inputs give
the same result, nothing outside is touched, no clock is read.

The words
    instants          points of time: UTC in every record                                (pure)
    model             the records that everything else is about                          (pure)
    keys              the names of steps: community/series/recurrence-id/kind            (pure)
    errors            every error that is raised on purpose, drawn as a tree             (pure)
    steps             one frozen record for each kind of outside effect: a closed set    (pure)
    dated             the date at which a heading begins, as people write it             (pure)
    services          the roles of the outside services, and what they answer with       (pure)
    receipts  receipt_data                 what the ledger knows, as records; what a proof holds  (pure)
    belonging         which account, calendar, document and Group a ledger belongs to    (pure)
    means             what a step works with, and what it can come to

Which calls there are
    every  every_words  every_meant       "second Tuesday of the month" -> recur value   (pure)
    rrule  rrule_dates  recurrence        recur value + changes -> occurrences           (pure)
    timing  send_line  times              when a mail is due; an hour in every zone      (pure)
    follow            config, last written, there now: how one call stands               (pure)
    past              the closed calls, which are many and cost nothing                  (pure)
    calls             all calls, each followed                                           (pure)

What is to be done
    plan              occurrences + receipts + seen + now -> Plan                        (pure)
    foresee           what one tick would come to, on pretended receipts                 (pure)
    plan_items  plan_call  plan_event  plan_templates  its rows: states, steps, mails    (pure)
    turns             in which order steps that are due together are done           (pure)
    guests            who is a guest of an event, and when the Group becomes one         (pure)
    kept              the rows of a call that nothing has happened to since              (pure)
    plan_page         when the page has to be rebuilt                                    (pure)
    refuse            plans that look like a mistake                                     (pure)
    stops             what stops everything until a person has decided                   (pure)
    absent            events that are not to be found, not even in the bin               (pure)
    pauses  backoff   services left alone; when a failed step is tried again             (pure)
    doubts            steps that wait for what only one service can prove                (pure)
    alerts            what the organizers are told, once each                            (pure)
    wake              when a plan next says anything new                                 (pure)

Doing it
    ledger  ledger_file  schema            SQLite: claim, record, receipts; the file and its transactions; ordered migrations
    known             what was read of it, kept from one read to the next
    generation        a copy that was put back, told from the ledger itself
    ledger_trouble  private_files          what is wrong with it, and what to do; files for their owner alone
    lock  occupied  freeze                 one process at a time; what is said of a lock that is held; records as JSON
    quiet  tick       the cheapest tick; one tick: is there anything to do?
    made_with  version                     the program and the time zones, as far as they make a plan
    sound             everything that organizers edit, checked whole after each change of it
    late              the doors to everything heavy
    reconcile  running  report             observe, plan, claim, apply, record; again until quiet
    course  stop  clock                    how long a tick goes on; being told to stop; whether this machine's clock is right
    observe  look  meeting_time      looking first; a meeting at another time than was asked for
    identify          whose the login is
    attempt           one step: claim, do, record, classify
    begun_mail  second_look   what became of a draft; a list believed only when looked at twice
    thread            which mail the later mails about a call answer
    conditions        the `if` of templates that are due
    apply             step -> adapter call, one match
    apply_meeting  apply_event  apply_marks  apply_notes  apply_mail  apply_chat  apply_recording  apply_page  apply_digest
    block  event_texts  marks  views       the marked block; whose texts are whose; marks for a lost ledger; what a template is told
    rebuild_when  rebuild  rebuild_asked   a ledger that is not to be trusted is completed
    worker  ping      the daemon; the dead-man's switch
    deadline          a limit for a whole exchange, however slowly its bytes come

What organizers write
    organizer_files  check  inputs         all files at once; all problems at once; files + ledger -> what a plan is made from
    files  reading  fields                 text -> tables; a table read key by key; what single texts must look like
    config  config_series  config_calls  past_moves    community.toml
    credentials                            credentials.json
    placeholders                           what is still to be filled in; addresses that nobody has
    templates  template_file               the folder of templates, one template of it
    template_source  template_names  template_check  template_samples   mistakes in templates
    template_sandbox  template_bounds      Jinja2 without a way out, and with an end to everything

What members read
    context  page_values                   all that a template may see                   (pure)
    escape  text                           values made harmless for their place          (pure)
    render  rendered                       templates -> subject, text, HTML
    markdown_tree  markdown_text           Markdown -> HTML, plain text, paragraphs
    press  press_process  press_work       all of that in a process of its own, which may be lost
    mime  invite  atom  archive            bytes: mails, iCalendar, Atom feed, archive   (pure)
    page  put         the folder of static files; files written whole and through no link

What organizers read
    cli_quiet  outcome    the way in, where a quiet tick ends; what a tick came to, in words
    streams               a standard output that is full, closed, or lacks letters
    cli  commands/    arguments in, results out, exit codes; one file for each command
    dry  says         plan without doing; plan items in words
    handover          a ledger goes over to another account
    status  resolve   how every call stands; a person's word about a step
    doctor  login  login_page  init  preview   set-up
    logs              log lines on standard error
    rehearse  rehearse_clock  rehearse_overlay  rehearse_people  rehearse_world   months of calls, offline
    rehearse_story  rehearse_view  rehearse_table  rehearse_report                what is told of them
    rehearse_chat  rehearse_mails

The outside
    adapters/         connect() -> Services; one file or a few for each service: http, google, zoom, smtp, discord, docs, drive
    sandbox/          the same services made up, in a process of their own; shares only the wire and imports nothing from here
"""
