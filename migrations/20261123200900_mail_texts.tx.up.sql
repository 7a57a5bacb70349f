-- What staff have made of the words of mails. The latest of a template holds; one with no words goes back to the original.
CREATE TABLE mail_texts (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    template text NOT NULL,
    subject  text NOT NULL CONSTRAINT mail_texts_subject CHECK (subject !~ '[[:cntrl:]]' AND length(subject) <= 200),
    body     text NOT NULL CONSTRAINT mail_texts_body CHECK (length(body) <= 20000),
    by_id    bigint NOT NULL REFERENCES people,
    at       timestamptz NOT NULL,
    CONSTRAINT mail_texts_whole CHECK ((subject = '') = (body = ''))
);
CREATE INDEX mail_texts_of ON mail_texts (template, id DESC);

-- What stood for each placeholder of a mail, by which other words can be seen with a real case; forgotten after a while, and never
-- kept of a mail that lets somebody in. stop_key is in the address by which somebody gets no more mails that they need not have.
ALTER TABLE mails
    ADD facts    jsonb,
    ADD stop_key text CONSTRAINT mails_stop_key_once UNIQUE,
    ADD CONSTRAINT mails_secret_untold CHECK (NOT secret OR facts IS NULL),
    DROP CONSTRAINT mails_status,
    ADD CONSTRAINT mails_status CHECK (status IN ('queued', 'sent', 'shown', 'failed', 'bounced')),
    DROP CONSTRAINT mails_sent_when,
    ADD CONSTRAINT mails_sent_when CHECK ((status IN ('sent', 'shown', 'bounced')) = (sent_at IS NOT NULL));
CREATE INDEX mails_with_facts ON mails (created_at) WHERE facts IS NOT NULL;
CREATE INDEX mails_latest_facts ON mails (template, id DESC) WHERE facts IS NOT NULL;
GRANT UPDATE (facts) ON mails TO bursar_app;

-- Addresses to which nothing is sent that its reader need not have.
CREATE TABLE mail_stops (
    address text PRIMARY KEY CONSTRAINT mail_stops_address CHECK (address = lower(address) AND length(address) <= 254),
    at      timestamptz NOT NULL
);

-- Mails that a mail server refused for good, at once or later. An address stays marked until staff say that it is right now.
CREATE TABLE mail_bounces (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mail_id    bigint NOT NULL CONSTRAINT mail_bounces_once UNIQUE REFERENCES mails,
    address    text NOT NULL CONSTRAINT mail_bounces_address CHECK (address = lower(address) AND length(address) <= 254),
    hard       boolean NOT NULL,                   -- the address is wrong, or refuses us; false: nothing arrived this once
    reason     text NOT NULL CONSTRAINT mail_bounces_reason CHECK (length(reason) <= 1000),
    at         timestamptz NOT NULL,
    cleared_at timestamptz,
    cleared_by bigint REFERENCES people,
    CONSTRAINT mail_bounces_cleared CHECK ((cleared_at IS NULL) = (cleared_by IS NULL))
);
CREATE INDEX mail_bounces_open ON mail_bounces (id DESC) WHERE cleared_at IS NULL;
CREATE INDEX mail_bounces_of ON mail_bounces (address) WHERE cleared_at IS NULL;

-- What staff have decided about the mails that go out by themselves as a run comes near and goes by; where there is nothing, the
-- usual days hold.
CREATE TABLE run_mails (
    run_id bigint NOT NULL REFERENCES runs,
    kind   text NOT NULL CONSTRAINT run_mails_kind CHECK (kind IN ('joining', 'before', 'after', 'register')),
    days   integer NOT NULL CONSTRAINT run_mails_days CHECK (days BETWEEN 1 AND 60),
    off    boolean NOT NULL,
    PRIMARY KEY (run_id, kind)
);

-- Whom each of them was written to, or was not because they want no such mails: once for each person, block, day and kind. The day
-- is what it is about, so that a block that moves is written about again.
CREATE TABLE block_mails (
    block_id  bigint NOT NULL REFERENCES blocks ON DELETE CASCADE,
    kind      text NOT NULL CONSTRAINT block_mails_kind CHECK (kind IN ('joining', 'before', 'after', 'register')),
    day       date NOT NULL,
    person_id bigint NOT NULL REFERENCES people,
    at        timestamptz NOT NULL,
    PRIMARY KEY (block_id, kind, day, person_id)
);

GRANT SELECT, INSERT ON mail_texts, block_mails TO bursar_app;
GRANT SELECT, INSERT, DELETE ON mail_stops TO bursar_app;
GRANT SELECT, INSERT, UPDATE (cleared_at, cleared_by) ON mail_bounces TO bursar_app;
GRANT SELECT, INSERT, UPDATE (days, off) ON run_mails TO bursar_app;
