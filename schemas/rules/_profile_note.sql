-- name = "profile_note"
-- da = "De aktiviteter, som revisoren kræver et notat til."
-- en = "The activities for which the auditor demands a note."
SELECT o.agreement_id, o.jobcentre, n.activity
FROM profile_of AS o
INNER JOIN auditor_note AS n ON n.profile = o.auditor_profile
