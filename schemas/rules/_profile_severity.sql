-- name = "profile_severity"
-- da = "Den alvor, som revisoren giver en regel."
-- en = "The severity that the auditor gives a rule."
SELECT o.agreement_id, o.jobcentre, s.rule, s.severity
FROM profile_of AS o
INNER JOIN auditor_severity AS s ON s.profile = o.auditor_profile
