-- id = "P06"
-- version = 1
-- name = "ended-without-outcome"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Afsluttet forløb uden resultat"
-- message = "Forløbet {placement_id} sluttede {actual_end}, men resultatet er ikke udfyldt."
-- explanation = "Resultatet viser, hvad forløbet førte til, og tæller med i partnerskabets samlede opgørelse. Uden det kan opgørelsen ikke stemme."
-- cure = "Udfyld resultatet af forløbet."
-- basis = "Cabi/VFSA: Det Professionelle Partnerskab, 2015, opgørelsen af resultater (cabiweb.dk/detprofessionellepartnerskab)"
-- [en]
-- title = "Ended placement without an outcome"
-- message = "Placement {placement_id} ended {actual_end}, but its outcome is empty."
-- explanation = "The outcome shows what the placement led to and counts in the partnership's statement. Without it the statement cannot add up."
-- cure = "Fill in the outcome of the placement."
-- basis = "Cabi/VFSA: Det Professionelle Partnerskab, 2015, the statement of outcomes (cabiweb.dk/detprofessionellepartnerskab)"
SELECT
    agreement_id,
    placement_id,
    'placements/outcome/' || COALESCE(placement_id, '')
        || chr(10) || 'placements/actual_end/' || COALESCE(placement_id, '') AS evidence,
    actual_end
FROM placements
WHERE actual_end IS NOT NULL AND outcome IS NULL
