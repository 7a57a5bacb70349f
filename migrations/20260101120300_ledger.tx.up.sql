-- The books. Debit is positive. Names are compared byte by byte, so that every session locks them in one order.
CREATE TABLE accounts (
    name    text   COLLATE "C" PRIMARY KEY
                   CONSTRAINT accounts_name CHECK (name ~ '^[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*$' AND length(name) <= 120),
    floor   bigint,
    balance bigint NOT NULL DEFAULT 0,
    CONSTRAINT accounts_above_floor CHECK (balance >= floor)
);

--bun:split

CREATE TABLE entries (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text        NOT NULL CONSTRAINT entries_reference_once UNIQUE
                          CONSTRAINT entries_reference CHECK (reference ~ '^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$' AND length(reference) <= 200),
    posted_at timestamptz NOT NULL
);

--bun:split

-- The foreign key on the account is checked at commit: by then this transaction has updated the account, so the
-- key's share lock is never taken before the update, which would make every poster at a busy account upgrade it.
CREATE TABLE entry_lines (
    entry_id bigint NOT NULL REFERENCES entries,
    account  text   COLLATE "C" NOT NULL REFERENCES accounts DEFERRABLE INITIALLY DEFERRED,
    amount   bigint NOT NULL CONSTRAINT entry_lines_not_zero CHECK (amount <> 0),
    PRIMARY KEY (entry_id, account)
);

--bun:split

CREATE INDEX entry_lines_of_account ON entry_lines (account, entry_id DESC);

--bun:split

CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

--bun:split

CREATE TRIGGER entry_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

--bun:split

-- After, not before: a line that ON CONFLICT DO NOTHING leaves out must not be counted.
CREATE FUNCTION count_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE accounts SET balance = balance + NEW.amount WHERE name = NEW.account;
    RETURN NULL;
END
$$;

--bun:split

CREATE TRIGGER entry_lines_counted AFTER INSERT ON entry_lines FOR EACH ROW EXECUTE FUNCTION count_line();

--bun:split

-- All lines of an entry arrive in one statement: nothing is ever added to an entry that stands.
CREATE FUNCTION refuse_late_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM entry_lines l
        WHERE l.entry_id IN (SELECT entry_id FROM arrived)
          AND NOT EXISTS (SELECT FROM arrived a WHERE a.entry_id = l.entry_id AND a.account = l.account)
    ) THEN
        RAISE EXCEPTION 'an entry takes no further lines' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'entry_lines_together';
    END IF;
    RETURN NULL;
END
$$;

--bun:split

CREATE TRIGGER entry_lines_together AFTER INSERT ON entry_lines REFERENCING NEW TABLE AS arrived
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_lines();

--bun:split

CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    lines bigint;
    total numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount), 0) INTO lines, total FROM entry_lines WHERE entry_id = NEW.id;
    IF lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'entry % has % lines that add up to %', NEW.reference, lines, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balanced';
    END IF;
    RETURN NULL;
END
$$;

--bun:split

CREATE CONSTRAINT TRIGGER entries_balanced AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();

--bun:split

-- The one door through which the application posts, in one round trip. True: posted. False: this reference was
-- posted before with the same lines. Accounts are made and then locked in the order of their names.
CREATE FUNCTION post_entry(ref text, at timestamptz, names text[], amounts bigint[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry bigint;
BEGIN
    INSERT INTO entries (reference, posted_at) VALUES (ref, at)
    ON CONFLICT ON CONSTRAINT entries_reference_once DO NOTHING RETURNING id INTO entry;
    IF entry IS NULL THEN
        IF EXISTS (
            SELECT FROM (SELECT l.account, l.amount FROM entries e JOIN entry_lines l ON l.entry_id = e.id WHERE e.reference = ref) was
            FULL JOIN unnest(names, amounts) AS asked (account, amount) USING (account, amount)
            WHERE was.account IS NULL OR asked.account IS NULL
        ) THEN
            RAISE EXCEPTION 'entry % was posted with other lines', ref
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'entries_reference_once';
        END IF;
        RETURN false;
    END IF;
    INSERT INTO accounts (name) SELECT n FROM unnest(names) n ORDER BY n COLLATE "C" ON CONFLICT (name) DO NOTHING;
    INSERT INTO entry_lines (entry_id, account, amount)
    SELECT entry, n, a FROM unnest(names, amounts) AS asked (n, a) ORDER BY n COLLATE "C";
    RETURN true;
END
$$;

--bun:split

REVOKE EXECUTE ON FUNCTION post_entry FROM PUBLIC;

--bun:split

GRANT EXECUTE ON FUNCTION post_entry TO bursar_app;

--bun:split

GRANT SELECT, INSERT (name, floor) ON accounts TO bursar_app;

--bun:split

GRANT SELECT ON entries, entry_lines TO bursar_app;
