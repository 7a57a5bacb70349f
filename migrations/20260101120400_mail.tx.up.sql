-- Every mail that is owed to somebody, written in the transaction that owes it: the words without the layout,
-- which is put around them when the mail is sent or shown.
CREATE TABLE mails (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key        text        NOT NULL CONSTRAINT mails_key_unique UNIQUE,
    recipient  text        NOT NULL CONSTRAINT mails_recipient CHECK (recipient ~ '^[^[:space:][:cntrl:]<>]+@[^[:space:][:cntrl:]<>]+$' AND length(recipient) <= 254),
    person_id  bigint      CONSTRAINT mails_person REFERENCES people,
    template   text        NOT NULL,
    subject    text        NOT NULL CONSTRAINT mails_subject CHECK (subject !~ '[[:cntrl:]]' AND length(subject) BETWEEN 1 AND 200),
    text_body  text        NOT NULL,
    html_body  text        NOT NULL,
    secret     boolean     NOT NULL,
    status     text        NOT NULL CONSTRAINT mails_status CHECK (status IN ('queued', 'sent', 'shown', 'failed')),
    attempts   int         NOT NULL DEFAULT 0,
    last_error text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    sent_at    timestamptz,
    CONSTRAINT mails_sent_when CHECK ((status IN ('sent', 'shown')) = (sent_at IS NOT NULL)),
    CONSTRAINT mails_secret_gone CHECK (NOT secret OR status IN ('queued', 'shown') OR (text_body = '' AND html_body = ''))
);

--bun:split

CREATE INDEX mails_of_person ON mails (person_id, id DESC) WHERE person_id IS NOT NULL;

--bun:split

CREATE TABLE mail_attachments (
    mail_id      bigint NOT NULL REFERENCES mails,
    position     int    NOT NULL,
    name         text   NOT NULL CONSTRAINT mail_attachments_name CHECK (name !~ '[[:cntrl:]"/\\]' AND length(name) BETWEEN 1 AND 100),
    content_type text   NOT NULL CONSTRAINT mail_attachments_type CHECK (content_type !~ '[[:cntrl:]]' AND content_type ~ '^[a-z]+/'),
    body         bytea  NOT NULL,
    PRIMARY KEY (mail_id, position)
);

--bun:split

GRANT SELECT, INSERT ON mails, mail_attachments TO bursar_app;

--bun:split

GRANT UPDATE (status, attempts, last_error, sent_at, text_body, html_body) ON mails TO bursar_app;
