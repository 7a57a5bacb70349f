-- The provider as it stands on invoices: one row for each change, the last one counts.
CREATE TABLE provider_details (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL,
    company_number text NOT NULL DEFAULT '',
    charity_number text NOT NULL DEFAULT '',
    address        text NOT NULL,
    city           text NOT NULL,
    postcode       text NOT NULL,
    email          text NOT NULL,
    phone          text NOT NULL DEFAULT '',
    vat            text NOT NULL CONSTRAINT provider_details_vat CHECK (vat IN ('not_registered', 'exempt', 'standard')),
    vat_number     text NOT NULL DEFAULT '',
    vat_wording    text NOT NULL,                  -- on every invoice
    bank_name      text NOT NULL,
    sort_code      text NOT NULL CHECK (sort_code ~ '^[0-9]{2}-[0-9]{2}-[0-9]{2}$'),
    account_number text NOT NULL CHECK (account_number ~ '^[0-9]{8}$'),
    account_name   text NOT NULL,
    base_rate_bp   integer NOT NULL DEFAULT 375,   -- Bank of England base rate, for statutory interest on late payment
    nominal        jsonb NOT NULL DEFAULT '{}',    -- nominal codes of the bookkeeping program, by kind of account
    since          timestamptz NOT NULL,
    by             bigint REFERENCES people,
    CONSTRAINT provider_details_vat_number CHECK (vat = 'not_registered' OR vat = 'exempt' OR vat_number <> '')
);

-- Numbers without gaps: the counter's row is locked by whoever issues, and given back with everything else when that fails.
CREATE TABLE document_series (
    series text PRIMARY KEY CONSTRAINT document_series_known CHECK (series IN ('INV', 'CRN')),
    last   bigint NOT NULL DEFAULT 0
);
INSERT INTO document_series (series) VALUES ('INV'), ('CRN');

CREATE FUNCTION next_document(which text) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE document_series SET last = last + 1 WHERE series = which RETURNING last
$$;
REVOKE EXECUTE ON FUNCTION next_document FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_document TO bursar_app;
GRANT SELECT ON document_series TO bursar_app;

-- An invoice as it was issued. snapshot is everything that stands on it; paid, credited and written_off are counted by
-- triggers; nothing else ever changes.
CREATE TABLE invoices (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seq             bigint NOT NULL CONSTRAINT invoices_seq_once UNIQUE,
    number          text NOT NULL CONSTRAINT invoices_number_once UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisations,
    run_id          bigint NOT NULL REFERENCES runs,
    purchase_order_id bigint REFERENCES purchase_orders,
    total           bigint NOT NULL CONSTRAINT invoices_total CHECK (total > 0), -- pence, with VAT
    vat             bigint NOT NULL DEFAULT 0 CHECK (vat BETWEEN 0 AND total),
    paid            bigint NOT NULL DEFAULT 0,
    credited        bigint NOT NULL DEFAULT 0,
    written_off     bigint NOT NULL DEFAULT 0,
    issued_on       date NOT NULL,
    due_on          date NOT NULL,
    issued_at       timestamptz NOT NULL,
    issued_by       bigint REFERENCES people,      -- null: by itself, with the booking
    snapshot        bytea NOT NULL,
    hash            bytea NOT NULL CONSTRAINT invoices_hash CHECK (hash = sha256(snapshot)),
    status          text NOT NULL GENERATED ALWAYS AS (CASE
                        WHEN credited = total THEN 'credited'
                        WHEN paid + credited + written_off = total THEN 'settled'
                        WHEN paid + credited + written_off > 0 THEN 'part_paid'
                        ELSE 'issued' END) STORED,
    CONSTRAINT invoices_not_overpaid CHECK (paid >= 0 AND credited >= 0 AND written_off >= 0 AND paid + credited + written_off <= total)
);
CREATE INDEX invoices_of_organisation ON invoices (organisation_id, id);
CREATE INDEX invoices_open ON invoices (due_on, id) WHERE status IN ('issued', 'part_paid');
CREATE INDEX invoices_by_day ON invoices (issued_on, id);

CREATE TABLE invoice_lines (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id  bigint NOT NULL REFERENCES invoices,
    number      integer NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0), -- pence, with VAT
    CONSTRAINT invoice_lines_numbered_once UNIQUE (invoice_id, number)
);

-- What a line asks of which share, or for which gift.
CREATE TABLE invoice_parts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES invoices,
    line_id    bigint NOT NULL REFERENCES invoice_lines,
    share_id   bigint REFERENCES shares,
    gift_id    bigint REFERENCES gifts,
    amount     bigint NOT NULL CHECK (amount > 0),
    vat        bigint NOT NULL CHECK (vat BETWEEN 0 AND amount), -- in it
    settled    bigint NOT NULL DEFAULT 0,          -- paid or written off
    credited   bigint NOT NULL DEFAULT 0,
    CONSTRAINT invoice_parts_for_one_thing CHECK ((share_id IS NULL) <> (gift_id IS NULL)),
    CONSTRAINT invoice_parts_within CHECK (settled >= 0 AND credited >= 0 AND settled + credited <= amount)
);
CREATE INDEX invoice_parts_of ON invoice_parts (invoice_id, id);
CREATE INDEX invoice_parts_of_share ON invoice_parts (share_id) WHERE share_id IS NOT NULL;

CREATE TABLE credit_notes (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seq             bigint NOT NULL CONSTRAINT credit_notes_seq_once UNIQUE,
    number          text NOT NULL CONSTRAINT credit_notes_number_once UNIQUE,
    invoice_id      bigint NOT NULL REFERENCES invoices,
    organisation_id bigint NOT NULL REFERENCES organisations,
    total           bigint NOT NULL CHECK (total > 0),
    vat             bigint NOT NULL DEFAULT 0 CHECK (vat BETWEEN 0 AND total),
    reason          text NOT NULL CHECK (reason <> ''),
    issued_on       date NOT NULL,
    issued_at       timestamptz NOT NULL,
    issued_by       bigint REFERENCES people,
    snapshot        bytea NOT NULL,
    hash            bytea NOT NULL CONSTRAINT credit_notes_hash CHECK (hash = sha256(snapshot))
);
CREATE INDEX credit_notes_of_invoice ON credit_notes (invoice_id, id);
CREATE INDEX credit_notes_of_organisation ON credit_notes (organisation_id, id);

CREATE TABLE credit_parts (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    credit_note_id bigint NOT NULL REFERENCES credit_notes,
    part_id        bigint NOT NULL REFERENCES invoice_parts,
    amount         bigint NOT NULL CHECK (amount > 0),
    vat            bigint NOT NULL CHECK (vat BETWEEN 0 AND amount)
);
CREATE INDEX credit_parts_of ON credit_parts (credit_note_id, id);

-- Money or forbearance that met invoices. A negative one undoes: what was matched wrongly, or what a credit note frees.
CREATE TABLE settlements (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id   bigint NOT NULL REFERENCES invoices,
    kind         text NOT NULL CONSTRAINT settlements_kind CHECK (kind IN ('bank', 'card', 'credit', 'write_off')),
    amount       bigint NOT NULL CONSTRAINT settlements_amount CHECK (amount <> 0),
    payment_id   bigint REFERENCES payments,
    bank_line_id bigint,
    reverses     bigint REFERENCES settlements,
    reason       text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL,
    by           bigint REFERENCES people,
    agreed_by    bigint REFERENCES people,         -- the second person, for a write-off above the limit
    receipt      text NOT NULL GENERATED ALWAYS AS ( -- the same for all that one payment met
                     md5(coalesce('line ' || bank_line_id::text, 'payment ' || payment_id::text, 'settlement ' || id::text))) STORED,
    CONSTRAINT settlements_two_people CHECK (kind <> 'write_off' OR amount <= 100 OR agreed_by IS NOT NULL AND agreed_by <> by),
    CONSTRAINT settlements_reason CHECK (kind <> 'write_off' OR reason <> ''),
    CONSTRAINT settlements_reversal CHECK (reverses IS NULL OR amount < 0),
    CONSTRAINT settlements_reversed_once UNIQUE (reverses)
);
CREATE INDEX settlements_of ON settlements (invoice_id, id);
CREATE INDEX settlements_of_bank_line ON settlements (bank_line_id) WHERE bank_line_id IS NOT NULL;

CREATE TABLE settlement_parts (
    settlement_id bigint NOT NULL REFERENCES settlements,
    part_id       bigint NOT NULL REFERENCES invoice_parts,
    amount        bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (settlement_id, part_id)
);

-- A write-off above the limit waits for a second person.
CREATE TABLE write_offs (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES invoices,
    amount     bigint NOT NULL CHECK (amount > 0),
    reason     text NOT NULL CHECK (reason <> ''),
    asked_by   bigint NOT NULL REFERENCES people,
    asked_at   timestamptz NOT NULL,
    decided_by bigint REFERENCES people,
    decided_at timestamptz,
    outcome    text CONSTRAINT write_offs_outcome CHECK (outcome IN ('agreed', 'refused')),
    CONSTRAINT write_offs_two_people CHECK (outcome IS DISTINCT FROM 'agreed' OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX write_offs_one_open ON write_offs (invoice_id) WHERE outcome IS NULL;

-- Money that came beyond what was open, and stands to an organisation's credit. A negative one undoes.
CREATE TABLE credit_receipts (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations,
    kind            text NOT NULL CONSTRAINT credit_receipts_kind CHECK (kind IN ('bank', 'card')),
    amount          bigint NOT NULL CHECK (amount <> 0),
    payment_id      bigint REFERENCES payments,
    bank_line_id    bigint,
    at              timestamptz NOT NULL,
    receipt         text NOT NULL GENERATED ALWAYS AS ( -- as that of settlements
                        md5(coalesce('line ' || bank_line_id::text, 'payment ' || payment_id::text, 'credit ' || id::text))) STORED
);
CREATE INDEX credit_receipts_of ON credit_receipts (organisation_id, id);

-- Credit of an organisation that was paid out: outside, with the bank's reference, or to the card it came from.
CREATE TABLE credit_refunds (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL CONSTRAINT credit_refunds_code_once UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisations,
    amount          bigint NOT NULL CHECK (amount > 0),
    how             text NOT NULL CONSTRAINT credit_refunds_how CHECK (how IN ('bank', 'card')),
    payment_id      bigint REFERENCES payments,
    reference       text NOT NULL DEFAULT '',
    reason          text NOT NULL CHECK (reason <> ''),
    asked_by        bigint NOT NULL REFERENCES people,
    asked_at        timestamptz NOT NULL,
    decided_by      bigint REFERENCES people,
    decided_at      timestamptz,
    outcome         text CONSTRAINT credit_refunds_outcome CHECK (outcome IN ('agreed', 'refused')),
    CONSTRAINT credit_refunds_two_people CHECK (outcome IS DISTINCT FROM 'agreed' OR amount <= 10000 OR decided_by <> asked_by)
);
CREATE INDEX credit_refunds_open ON credit_refunds (id) WHERE outcome IS NULL;

-- A payment by card is for a share, a gift or an invoice.
ALTER TABLE payments DROP CONSTRAINT payments_for_one_thing, ADD COLUMN invoice_id bigint REFERENCES invoices;
ALTER TABLE payments ADD CONSTRAINT payments_for_one_thing CHECK (num_nonnulls(share_id, gift_id, invoice_id) = 1);
CREATE UNIQUE INDEX payments_one_open_of_invoice ON payments (invoice_id) WHERE status IN ('created', 'pending');
CREATE INDEX payments_of_invoice ON payments (invoice_id, id) WHERE invoice_id IS NOT NULL;
ALTER TABLE refunds DROP CONSTRAINT refunds_reason;
ALTER TABLE refunds ADD CONSTRAINT refunds_reason CHECK (reason IN ('withdrawn', 'came_too_late', 'credit'));

-- The counters.
CREATE FUNCTION count_invoiced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.share_id IS NOT NULL THEN
        UPDATE shares s SET invoiced = s.invoiced + NEW.amount, vat = s.vat + NEW.vat
        FROM invoices i WHERE s.id = NEW.share_id AND i.id = NEW.invoice_id AND i.organisation_id = s.organisation_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'an invoice asks its own organisation for its own shares' USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_parts_own_share';
        END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER invoice_parts_counted AFTER INSERT ON invoice_parts FOR EACH ROW EXECUTE FUNCTION count_invoiced();

CREATE FUNCTION count_credited() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    share bigint; invoice bigint;
BEGIN
    UPDATE invoice_parts SET credited = credited + NEW.amount WHERE id = NEW.part_id RETURNING share_id, invoice_id INTO share, invoice;
    UPDATE invoices SET credited = credited + NEW.amount WHERE id = invoice;
    UPDATE shares SET invoiced = invoiced - NEW.amount, vat = vat - NEW.vat WHERE id = share;
    RETURN NULL;
END
$$;
CREATE TRIGGER credit_parts_counted AFTER INSERT ON credit_parts FOR EACH ROW EXECUTE FUNCTION count_credited();

CREATE FUNCTION count_settled() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    invoice bigint; of_kind text;
BEGIN
    SELECT s.kind INTO of_kind FROM settlements s WHERE s.id = NEW.settlement_id;
    UPDATE invoice_parts SET settled = settled + NEW.amount WHERE id = NEW.part_id RETURNING invoice_id INTO invoice;
    IF of_kind = 'write_off' THEN
        UPDATE invoices SET written_off = written_off + NEW.amount WHERE id = invoice;
    ELSE
        UPDATE invoices SET paid = paid + NEW.amount WHERE id = invoice;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER settlement_parts_counted AFTER INSERT ON settlement_parts FOR EACH ROW EXECUTE FUNCTION count_settled();

-- At commit the parts of a document add up to it, and those of a settlement to that.
CREATE FUNCTION check_document() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked bigint; lines bigint; parts bigint;
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'invoices' THEN
        SELECT coalesce(sum(amount), 0) INTO lines FROM invoice_lines WHERE invoice_id = NEW.id;
        SELECT coalesce(sum(amount), 0) INTO parts FROM invoice_parts WHERE invoice_id = NEW.id;
        asked := NEW.total;
    WHEN 'credit_notes' THEN
        SELECT coalesce(sum(c.amount), 0) INTO parts FROM credit_parts c JOIN invoice_parts p ON p.id = c.part_id
        WHERE c.credit_note_id = NEW.id AND p.invoice_id = NEW.invoice_id;
        asked := NEW.total; lines := asked;
    ELSE
        SELECT coalesce(sum(s.amount), 0) INTO parts FROM settlement_parts s JOIN invoice_parts p ON p.id = s.part_id
        WHERE s.settlement_id = NEW.id AND p.invoice_id = NEW.invoice_id;
        asked := NEW.amount; lines := asked;
    END CASE;
    IF asked <> lines OR asked <> parts THEN
        RAISE EXCEPTION 'a document of % pence has lines of % and parts of %', asked, lines, parts
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_add_up';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER invoices_add_up AFTER INSERT ON invoices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_document();
CREATE CONSTRAINT TRIGGER credit_notes_add_up AFTER INSERT ON credit_notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_document();
CREATE CONSTRAINT TRIGGER settlements_add_up AFTER INSERT ON settlements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_document();

-- What was issued never changes: not by the program, and not by the owner either, but for the counters.
CREATE FUNCTION refuse_changed_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.seq, NEW.number, NEW.organisation_id, NEW.run_id, NEW.purchase_order_id, NEW.total, NEW.vat, NEW.issued_on, NEW.due_on,
        NEW.issued_at, NEW.issued_by, NEW.snapshot, NEW.hash)
       IS DISTINCT FROM
       (OLD.id, OLD.seq, OLD.number, OLD.organisation_id, OLD.run_id, OLD.purchase_order_id, OLD.total, OLD.vat, OLD.issued_on, OLD.due_on,
        OLD.issued_at, OLD.issued_by, OLD.snapshot, OLD.hash) THEN
        RAISE EXCEPTION 'an invoice never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_fixed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER invoices_fixed BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION refuse_changed_invoice();
CREATE FUNCTION refuse_changed_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.invoice_id, NEW.line_id, NEW.share_id, NEW.gift_id, NEW.amount, NEW.vat) IS DISTINCT FROM
       (OLD.id, OLD.invoice_id, OLD.line_id, OLD.share_id, OLD.gift_id, OLD.amount, OLD.vat) THEN
        RAISE EXCEPTION 'an invoice never changes' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_fixed';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER invoice_parts_fixed BEFORE UPDATE ON invoice_parts FOR EACH ROW EXECUTE FUNCTION refuse_changed_part();
CREATE TRIGGER invoices_kept BEFORE DELETE OR TRUNCATE ON invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_lines_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_parts_kept BEFORE DELETE OR TRUNCATE ON invoice_parts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_notes_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_parts_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_parts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlements_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON settlements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_receipts_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_receipts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_parts_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_parts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Reminding and what came back: one row for each mail of a bulk, and notes by staff of what was answered.
CREATE TABLE chases (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations,
    kind            text NOT NULL CONSTRAINT chases_kind CHECK (kind IN ('order', 'due', 'overdue', 'note')),
    step            integer NOT NULL DEFAULT 0,    -- days overdue that it answers to: 7, 14, 30
    words           text NOT NULL DEFAULT '',      -- of a note
    items           jsonb NOT NULL DEFAULT '[]',   -- codes of places and numbers of invoices that it names
    at              timestamptz NOT NULL,
    by              bigint REFERENCES people
);
CREATE INDEX chases_of ON chases (organisation_id, id);

GRANT SELECT, INSERT ON provider_details, invoices, invoice_lines, invoice_parts, credit_notes, credit_parts, settlements, settlement_parts,
    write_offs, credit_receipts, credit_refunds, chases TO bursar_app;
GRANT UPDATE (id) ON invoices TO bursar_app; -- to lock a row: the column itself cannot be changed
GRANT UPDATE (decided_by, decided_at, outcome) ON write_offs TO bursar_app;
GRANT UPDATE (decided_by, decided_at, outcome, reference) ON credit_refunds TO bursar_app;
GRANT SELECT (id, name, company_number, charity_number, address, city, postcode, email, phone, vat, vat_number, vat_wording, bank_name, sort_code,
    account_number, account_name, base_rate_bp, since) ON provider_details TO bursar_employer;

ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlements ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_receipts ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_refunds ENABLE ROW LEVEL SECURITY;
CREATE POLICY invoices_open ON invoices TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY invoice_lines_open ON invoice_lines TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY invoice_parts_open ON invoice_parts TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY credit_notes_open ON credit_notes TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY credit_parts_open ON credit_parts TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY settlements_open ON settlements TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY settlement_parts_open ON settlement_parts TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY credit_receipts_open ON credit_receipts TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY credit_refunds_open ON credit_refunds TO bursar_app USING (true) WITH CHECK (true);
CREATE POLICY invoices_mine ON invoices FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY invoice_lines_mine ON invoice_lines FOR SELECT TO bursar_employer USING (EXISTS (SELECT FROM invoices i WHERE i.id = invoice_id));
CREATE POLICY invoice_parts_mine ON invoice_parts FOR SELECT TO bursar_employer USING (EXISTS (SELECT FROM invoices i WHERE i.id = invoice_id));
CREATE POLICY credit_notes_mine ON credit_notes FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY credit_parts_mine ON credit_parts FOR SELECT TO bursar_employer USING (EXISTS (SELECT FROM credit_notes n WHERE n.id = credit_note_id));
CREATE POLICY settlements_mine ON settlements FOR SELECT TO bursar_employer USING (EXISTS (SELECT FROM invoices i WHERE i.id = invoice_id));
CREATE POLICY settlement_parts_mine ON settlement_parts FOR SELECT TO bursar_employer USING (EXISTS (SELECT FROM settlements s WHERE s.id = settlement_id));
CREATE POLICY credit_receipts_mine ON credit_receipts FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
CREATE POLICY credit_refunds_mine ON credit_refunds FOR SELECT TO bursar_employer USING (organisation_id IN (SELECT my_organisations()));
GRANT SELECT (id, seq, number, organisation_id, run_id, purchase_order_id, total, vat, paid, credited, written_off, issued_on, due_on, issued_at, snapshot, hash, status)
    ON invoices TO bursar_employer;
GRANT SELECT ON invoice_lines, invoice_parts, credit_parts, settlement_parts TO bursar_employer;
GRANT SELECT (id, seq, number, invoice_id, organisation_id, total, vat, reason, issued_on, issued_at, snapshot, hash) ON credit_notes TO bursar_employer;
GRANT SELECT (id, invoice_id, kind, amount, reverses, at, receipt) ON settlements TO bursar_employer;
GRANT SELECT (organisation_id, kind, amount, at, receipt) ON credit_receipts TO bursar_employer;
GRANT SELECT (id, organisation_id, amount, outcome, decided_at) ON credit_refunds TO bursar_employer;
