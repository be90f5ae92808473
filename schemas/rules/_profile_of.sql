-- name = "profile_of"
-- da = "Den revisorprofil, som parterne nævner for aftalen og jobcenteret; tom, hvor der ingen er, eller hvor et af dem mangler."
-- en = "The auditor profile that parties names for the agreement and jobcentre; empty where there is none, or where one of them lacks."
WITH named AS (
  SELECT agreement_id, jobcentre FROM parties
  UNION
  SELECT agreement_id, jobcentre FROM placements
  UNION
  SELECT agreement_id, jobcentre FROM claims
)
SELECT n.agreement_id, n.jobcentre, MIN(p.auditor_profile) AS auditor_profile
FROM named AS n
LEFT JOIN parties AS p ON p.agreement_id = n.agreement_id AND p.jobcentre = n.jobcentre
GROUP BY n.agreement_id, n.jobcentre
