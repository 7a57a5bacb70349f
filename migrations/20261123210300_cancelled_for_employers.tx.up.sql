-- Whoever acts for an organisation reads which dates we cancelled, and until when others can be chosen.
GRANT SELECT (run_id, answer_by) ON run_cancellations TO bursar_employer;
