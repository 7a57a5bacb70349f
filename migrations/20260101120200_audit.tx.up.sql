-- What was done, by whom, to what: one row in the transaction that did it, never rewritten.
CREATE TABLE audit (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text        NOT NULL CONSTRAINT audit_actor CHECK (actor ~ '^(system|card_processor|person/[1-9][0-9]{0,17})$'),
    person_id   bigint      GENERATED ALWAYS AS (substring(actor FROM '^person/([0-9]+)$')::bigint) STORED
                            CONSTRAINT audit_person REFERENCES people,
    action      text        NOT NULL CONSTRAINT audit_action CHECK (action ~ '^[a-z][a-z0-9 _]{0,59}$'),
    subject     text        NOT NULL CONSTRAINT audit_subject CHECK (subject ~ '^[a-z][a-z0-9 _]{0,59}$'),
    subject_id  bigint      NOT NULL,
    detail      jsonb       NOT NULL CONSTRAINT audit_detail CHECK (jsonb_typeof(detail) = 'object')
);

--bun:split

CREATE INDEX audit_history ON audit (subject, subject_id, id DESC);

--bun:split

CREATE INDEX audit_of_person ON audit (person_id, id DESC) WHERE person_id IS NOT NULL;

--bun:split

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

--bun:split

-- The chain: seq counts from 1 without gaps, and each hash covers the one before, seq and the row (package audit).
CREATE TABLE audit_chain (
    seq      bigint PRIMARY KEY,
    audit_id bigint NOT NULL CONSTRAINT audit_chain_row_once UNIQUE REFERENCES audit,
    hash     bytea  NOT NULL CONSTRAINT audit_chain_hash CHECK (octet_length(hash) = 32)
);

--bun:split

CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

--bun:split

-- What the sealer has still to do. A row appears when its transaction commits, however late and with however
-- low an id, so nothing is skipped and nobody searches the whole history.
CREATE TABLE audit_unsealed (audit_id bigint PRIMARY KEY);

--bun:split

CREATE FUNCTION audit_await_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_unsealed (audit_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;

--bun:split

CREATE TRIGGER audit_await_seal AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_await_seal();

--bun:split

GRANT SELECT, INSERT (at, actor, action, subject, subject_id, detail) ON audit TO bursar_app;

--bun:split

GRANT SELECT, INSERT ON audit_chain TO bursar_app;

--bun:split

GRANT SELECT, DELETE ON audit_unsealed TO bursar_app;
