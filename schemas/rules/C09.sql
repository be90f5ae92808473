-- id = "C09"
-- version = 1
-- name = "places-not-shared-out"
-- severity = "error"
-- subject = ["agreement_id"]
-- parameters = ["funding", "places", "places_are"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Pladserne er ikke fordelt mellem parterne"
-- message = "Aftalen {agreement_id} har {places} pladser; parterne har tilsammen {shared_places}, og {parties_without} af {parties} parter har ingen."
-- explanation = "Når der betales pr. plads, skal hver part have sine pladser, og de skal svare til aftalens; ellers kan afregningen ikke deles."
-- cure = "Ret parternes pladser i aftalen, så de tilsammen giver aftalens pladser."
-- basis = "Partnerskabsaftalens felter places og places_are"
-- [en]
-- title = "The places are not shared out among the parties"
-- message = "The agreement {agreement_id} has {places} places; the parties have {shared_places} together, and {parties_without} of {parties} parties have none."
-- explanation = "Where payment is per place, every party must have its places and they must fit the agreement's; otherwise the settlement cannot be divided."
-- cure = "Correct the parties' places in the agreement so that they add up to the agreement's."
-- basis = "The partnership agreement's fields places and places_are"
WITH shared AS (
  SELECT
    agreement_id,
    COUNT(*) AS parties,
    COUNT(*) - COUNT(places) AS parties_without,
    COALESCE(SUM(places), 0) AS shared_places,
    string_agg('parties/places/' || agreement_id || '|' || jobcentre, chr(10) ORDER BY jobcentre) AS cells
  FROM parties
  GROUP BY agreement_id
)
SELECT
  a.agreement_id,
  'agreements/places/' || a.agreement_id || chr(10) || s.cells AS evidence,
  a.places,
  s.shared_places,
  s.parties,
  s.parties_without
FROM agreements AS a
INNER JOIN shared AS s ON s.agreement_id = a.agreement_id
WHERE
  a.funding = 'per-place'
  AND NOT (s.parties = 1 AND s.parties_without = 1)
  AND (
    s.parties_without > 0
    OR (a.places_are = 'exact' AND s.shared_places <> a.places)
    OR (a.places_are = 'minimum' AND s.shared_places < a.places)
  )
