-- Whoever chooses instalments has the page closed on which everything could be paid. Going back on that before it is closed, they
-- want it again.
ALTER TABLE payments ADD COLUMN again boolean NOT NULL DEFAULT false;

GRANT UPDATE (again) ON payments TO bursar_app;
