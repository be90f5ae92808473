-- id = "P07"
-- version = 1
-- name = "ended-without-final-report"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id"]
-- parameters = ["final_report_days"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Afrapportering mangler eller er for sen"
-- message = "Forløbet {placement_id} sluttede {actual_end}; afrapporteringen skulle være afleveret senest {due}, men den {state_da}."
-- explanation = "Sagsbehandleren bruger afrapporteringen til at vælge næste skridt for borgeren. Kommer den for sent eller slet ikke, er forløbets viden tabt."
-- cure = "Indhent afrapporteringen, eller ret afleveringsdatoen."
-- basis = "Cabi/VFSA: Det Professionelle Partnerskab, 2015, afsluttende afrapportering (cabiweb.dk/detprofessionellepartnerskab); fristen er revisorprofilens final_report_days"
-- [en]
-- title = "Final report missing or late"
-- message = "Placement {placement_id} ended {actual_end}; its final report was due by {due}, but {state_en}."
-- explanation = "The caseworker uses the final report to choose the trainee's next step. When it is late or missing, what the placement showed is lost."
-- cure = "Obtain the final report, or correct its date of delivery."
-- basis = "Cabi/VFSA: Det Professionelle Partnerskab, 2015, final report (cabiweb.dk/detprofessionellepartnerskab); the time limit is the auditor profile's final_report_days"
WITH due AS (
    SELECT
        p.agreement_id,
        p.placement_id,
        p.actual_end,
        p.actual_end + CAST(v.final_report_days AS INTEGER) AS due
    FROM placements AS p
    JOIN profile AS v
    ON v.agreement_id IS NOT DISTINCT FROM p.agreement_id AND v.jobcentre IS NOT DISTINCT FROM p.jobcentre
),
delivered AS (
    SELECT placement_id, min(delivered_on) AS delivered_on FROM final_reports GROUP BY placement_id
)
SELECT
    d.agreement_id,
    d.placement_id,
    'placements/actual_end/' || COALESCE(d.placement_id, '')
        || CASE WHEN r.placement_id IS NULL THEN '' ELSE chr(10) || 'final_reports/delivered_on/' || d.placement_id END
        AS evidence,
    d.actual_end,
    d.due,
    CASE WHEN r.delivered_on IS NULL THEN 'mangler' ELSE 'er afleveret for sent' END AS state_da,
    CASE WHEN r.delivered_on IS NULL THEN 'is missing' ELSE 'came late' END AS state_en
FROM due AS d
LEFT JOIN delivered AS r ON r.placement_id = d.placement_id
WHERE d.actual_end IS NOT NULL AND (r.delivered_on IS NULL OR r.delivered_on > d.due)
