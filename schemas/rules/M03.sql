-- id = "M03"
-- version = 1
-- name = "duplicate-entry"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Samme mentortimer registreret to gange"
-- message = "Registreringen {entry_id} fra {side_da} gentager {first_entry_id}: forløb {placement_id}, {date}, {hours} timer, samme mentor og aktivitet."
-- explanation = "En registrering, der står to gange, ville blive betalt to gange. Alle øvrige regler og summer regner kun med den første."
-- cure = "Lad gentagelsen stå som sendt (den tælles ikke med), eller ret den, hvis der var to besøg den dag."
-- basis = "Bekendtgørelse om en aktiv beskæftigelsesindsats § 122, faktiske timer (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/); KL om tilsyn med mentorordninger, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
-- [en]
-- title = "The same mentor hours registered twice"
-- message = "Entry {entry_id} from the {side_en} repeats {first_entry_id}: placement {placement_id}, {date}, {hours} hours, same mentor and activity."
-- explanation = "An entry that stands twice would be paid twice. All other rules and sums count only the first."
-- cure = "Leave the repetition as sent (it is not counted), or correct it if there were two visits that day."
-- basis = "Executive Order on active employment measures § 122, actual hours (elov.dk/bekendtgorelse-om-en-aktiv-beskaeftigelsesindsats/paragraf/122/); Local Government Denmark on supervision of mentor schemes, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
SELECT
    p.agreement_id,
    r.placement_id,
    r.reporter,
    r.entry_id,
    round(CAST(r.hours AS DECIMAL(38, 2)) * a.hourly_rate * 100) AS amount_ore,
    'mentor_hours/hours/' || COALESCE(r.reporter, '') || '|' || COALESCE(r.entry_id, '')
        || chr(10) || 'mentor_hours/hours/' || r.reporter || '|' || r.first_entry_id AS evidence,
    r.first_entry_id,
    r.date,
    r.hours,
    CASE r.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    r.reporter AS side_en
FROM repeated AS r
JOIN placements AS p ON p.placement_id = r.placement_id
LEFT JOIN agreements AS a ON a.agreement_id = p.agreement_id
