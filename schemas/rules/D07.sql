-- id = "D07"
-- version = 1
-- name = "period-not-closed"
-- severity = "warning"
-- subject = ["agreement_id", "claim_id"]
-- parameters = ["closed_period"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Krav sendt, før perioden var slut"
-- message = "Kravet {claim_id} er sendt {submitted_on}, men perioden slutter først {period_end}."
-- explanation = "Refusion kan først gøres op, når periodens timer er givet og registreret. Et krav, der sendes før, bygger på et skøn."
-- cure = "Send kravet igen efter periodens udløb, eller ret datoerne på kravet."
-- basis = "Revisorprofilens krav closed_period; bekendtgørelse om en aktiv beskæftigelsesindsats § 122, faktiske timer (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
-- [en]
-- title = "Claim submitted before the period ended"
-- message = "Claim {claim_id} was submitted on {submitted_on}, but its period only ends {period_end}."
-- explanation = "Reimbursement can only be made up once the period's hours have been given and registered. A claim sent before that rests on an estimate."
-- cure = "Submit the claim again after the period has ended, or correct the claim's dates."
-- basis = "The auditor profile's demand closed_period; Executive Order on active employment measures § 122, actual hours (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/)"
SELECT
    c.agreement_id,
    c.claim_id,
    s.severity,
    'claims/submitted_on/' || COALESCE(c.claim_id, '')
        || chr(10) || 'claims/period_end/' || COALESCE(c.claim_id, '') AS evidence,
    c.submitted_on,
    c.period_end
FROM claims AS c
JOIN profile AS v ON v.agreement_id = c.agreement_id AND v.jobcentre = c.jobcentre
LEFT JOIN profile_severity AS s
    ON s.agreement_id = c.agreement_id AND s.jobcentre = c.jobcentre AND s.rule = 'D07'
WHERE v.closed_period AND c.submitted_on < c.period_end
