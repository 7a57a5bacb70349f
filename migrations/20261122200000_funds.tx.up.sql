-- Money given for a purpose. What it holds is in the ledger alone: fund/<id>/available and fund/<id>/committed never go
-- below zero. What it may pay for, and whom, are its terms: kept in versions, of which one is current.
CREATE TABLE funds (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code           text NOT NULL CONSTRAINT funds_code_once UNIQUE CONSTRAINT funds_code CHECK (code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$' AND length(code) <= 20),
    name           text NOT NULL CONSTRAINT funds_name CHECK (length(name) BETWEEN 1 AND 100),
    donor          text NOT NULL CONSTRAINT funds_donor CHECK (length(donor) <= 200),
    purpose        text NOT NULL CONSTRAINT funds_purpose CHECK (length(purpose) BETWEEN 1 AND 2000),
    kind           text NOT NULL CONSTRAINT funds_kind CHECK (kind IN ('restricted', 'designated', 'unrestricted')),
    spend_by       date,                          -- London, until 23:59:59; NULL: no end
    year_starts    integer NOT NULL CONSTRAINT funds_year_starts CHECK (year_starts BETWEEN 1 AND 12), -- month in which its year begins
    counts_pledges boolean NOT NULL,              -- a pledge can be promised on before it is received
    sponsored      boolean NOT NULL,              -- anybody can give to it on the sponsor page
    closed_at      timestamptz,
    created_at     timestamptz NOT NULL
);

CREATE TABLE fund_terms (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fund_id     bigint NOT NULL REFERENCES funds,
    version     integer NOT NULL CONSTRAINT fund_terms_version CHECK (version >= 1),
    status      text NOT NULL CONSTRAINT fund_terms_status CHECK (status IN ('proposed', 'current', 'replaced', 'refused')),
    terms       jsonb NOT NULL CONSTRAINT fund_terms_object CHECK (jsonb_typeof(terms) = 'object'),
    reason      text NOT NULL CONSTRAINT fund_terms_reason CHECK (length(reason) <= 500),
    proposed_by bigint NOT NULL REFERENCES people,
    proposed_at timestamptz NOT NULL,
    decided_by  bigint REFERENCES people,         -- of a fund in use: somebody else
    decided_at  timestamptz,
    CONSTRAINT fund_terms_numbered_once UNIQUE (fund_id, version),
    CONSTRAINT fund_terms_decided CHECK ((status = 'proposed') = (decided_at IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);
CREATE UNIQUE INDEX fund_terms_one_current ON fund_terms (fund_id) WHERE status = 'current';
CREATE UNIQUE INDEX fund_terms_one_proposed ON fund_terms (fund_id) WHERE status = 'proposed';

-- A fund is in use once money of it was ever promised to somebody.
CREATE FUNCTION fund_in_use(fund bigint) RETURNS boolean STABLE LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM entry_lines WHERE account = 'fund/' || fund || '/committed') $$;

-- The rules of a fund in use change only when a second person agrees; what was decided stands.
CREATE FUNCTION fund_terms_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.fund_id, NEW.version, NEW.terms, NEW.proposed_by, NEW.proposed_at) IS DISTINCT FROM
       (OLD.fund_id, OLD.version, OLD.terms, OLD.proposed_by, OLD.proposed_at)
       OR TG_OP = 'UPDATE' AND (OLD.status, NEW.status) NOT IN (('proposed', 'current'), ('proposed', 'refused'), ('current', 'replaced')) THEN
        RAISE EXCEPTION 'terms that were proposed stand' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_terms_stand';
    END IF;
    IF NEW.status = 'current' AND NEW.decided_by = NEW.proposed_by AND public.fund_in_use(NEW.fund_id) THEN
        RAISE EXCEPTION 'a second person agrees to the rules of a fund in use' USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_terms_by_two';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER fund_terms_by_two BEFORE INSERT OR UPDATE ON fund_terms FOR EACH ROW EXECUTE FUNCTION fund_terms_by_two();

-- What the donor wrote.
CREATE TABLE fund_documents (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fund_id      bigint NOT NULL REFERENCES funds,
    name         text NOT NULL CONSTRAINT fund_documents_name CHECK (length(name) BETWEEN 1 AND 200),
    content_type text NOT NULL CONSTRAINT fund_documents_type CHECK (content_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    body         bytea NOT NULL CONSTRAINT fund_documents_size CHECK (octet_length(body) BETWEEN 1 AND 5242880),
    by_id        bigint NOT NULL REFERENCES people,
    at           timestamptz NOT NULL
);
CREATE INDEX fund_documents_of_fund ON fund_documents (fund_id, id);

-- Money promised or given to a fund. A gift by card begins as started and counts when it is received.
CREATE TABLE gifts (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL CONSTRAINT gifts_code_once UNIQUE,
    fund_id     bigint NOT NULL REFERENCES funds,
    status      text NOT NULL CONSTRAINT gifts_status CHECK (status IN ('started', 'pledged', 'received', 'lapsed', 'cancelled')),
    how         text NOT NULL CONSTRAINT gifts_how CHECK (how IN ('bank', 'card')),
    amount      bigint NOT NULL CONSTRAINT gifts_amount CHECK (amount BETWEEN 1 AND 10000000000), -- pence
    donor       text NOT NULL CONSTRAINT gifts_donor CHECK (length(donor) <= 200),
    email       text NOT NULL DEFAULT '',         -- where the receipt goes; of a gift by card
    reference   text NOT NULL DEFAULT '' CONSTRAINT gifts_reference CHECK (length(reference) <= 100), -- of the bank
    due_on      date,                             -- of a pledge
    recorded_by bigint REFERENCES people,         -- staff; NULL: given on the sponsor page
    created_at  timestamptz NOT NULL,
    received_at timestamptz,
    CONSTRAINT gifts_received CHECK ((status = 'received') = (received_at IS NOT NULL))
);
CREATE INDEX gifts_of_fund ON gifts (fund_id, id);

-- What a donor declared so that tax can be claimed back (Income Tax Act 2007, s.428; Gift Aid Regulations 2016/1195).
CREATE TABLE gift_aid (
    gift_id     bigint PRIMARY KEY REFERENCES gifts,
    first_name  text NOT NULL,
    last_name   text NOT NULL,
    house       text NOT NULL,                    -- house name or number
    postcode    text NOT NULL,
    wording     text NOT NULL,                    -- version of the sentence that was agreed to
    declared_at timestamptz NOT NULL
);

-- Money that leaves a fund other than by paying for somebody: to another fund, or back to its donor.
CREATE TABLE fund_moves (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CONSTRAINT fund_moves_kind CHECK (kind IN ('transfer', 'return')),
    fund_id     bigint NOT NULL REFERENCES funds,
    to_id       bigint REFERENCES funds,
    amount      bigint NOT NULL CONSTRAINT fund_moves_amount CHECK (amount > 0), -- pence
    reason      text NOT NULL CONSTRAINT fund_moves_reason CHECK (length(reason) BETWEEN 1 AND 500),
    document_id bigint REFERENCES fund_documents, -- the donor's consent
    by_id       bigint NOT NULL REFERENCES people,
    at          timestamptz NOT NULL,
    CONSTRAINT fund_moves_to CHECK ((kind = 'transfer') = (to_id IS NOT NULL) AND to_id IS DISTINCT FROM fund_id)
);
CREATE INDEX fund_moves_of_fund ON fund_moves (fund_id, id);

-- A payment by card is for a share or for a gift.
ALTER TABLE payments ALTER COLUMN share_id DROP NOT NULL, ADD COLUMN gift_id bigint REFERENCES gifts;
ALTER TABLE payments ADD CONSTRAINT payments_for_one_thing CHECK ((share_id IS NULL) <> (gift_id IS NULL));
CREATE UNIQUE INDEX payments_one_open_of_gift ON payments (gift_id) WHERE status IN ('created', 'pending');
CREATE INDEX payments_of_gift ON payments (gift_id, id);

GRANT SELECT, INSERT, UPDATE ON funds, fund_terms, gifts TO bursar_app;
GRANT SELECT, INSERT ON fund_documents, gift_aid, fund_moves TO bursar_app;
GRANT EXECUTE ON FUNCTION fund_in_use(bigint) TO bursar_app;
