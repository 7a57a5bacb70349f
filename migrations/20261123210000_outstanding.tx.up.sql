-- What a learner has not paid yet of the charge for a place that they gave up. The ledger has it too; here it is what lists are made
-- of, which must not read every place that was ever given up.
ALTER TABLE shares ADD COLUMN outstanding bigint NOT NULL DEFAULT 0 CHECK (outstanding >= 0);

UPDATE shares s SET outstanding = a.balance
FROM   enrolments e, accounts a
WHERE  s.payer = 'learner' AND e.id = s.enrolment_id AND e.status = 'withdrawn' AND a.name = 'share/' || s.id || '/due' AND a.balance > 0;

CREATE INDEX shares_outstanding ON shares (id) WHERE outstanding > 0;

GRANT UPDATE (outstanding) ON shares TO bursar_app;
