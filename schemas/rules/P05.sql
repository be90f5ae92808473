-- id = "P05"
-- version = 1
-- name = "jobcentre-not-party"
-- severity = "error"
-- subject = ["agreement_id", "placement_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Jobcenteret er ikke part i aftalen"
-- message = "Forløbet {placement_id} hører til jobcenter {jobcentre} {municipality}, som ikke er part i aftalen {agreement_id}."
-- explanation = "Kun jobcentre, der har tiltrådt partnerskabsaftalen, kan visitere til dens pladser og skal betale for dem. Uden part er der ingen modtager af afregning og pakke."
-- cure = "Ret forløbets jobcenter eller aftale, eller tilføj jobcenteret som part i aftalen."
-- basis = "Partnerskabsaftalens parter (tabellen parties)"
-- [en]
-- title = "The jobcentre is no party to the agreement"
-- message = "Placement {placement_id} belongs to jobcentre {jobcentre} {municipality}, which is no party to agreement {agreement_id}."
-- explanation = "Only jobcentres that joined the partnership agreement may refer trainees to its places and pay for them. Without a party nobody receives the settlement and the package."
-- cure = "Correct the placement's jobcentre or agreement, or add the jobcentre as a party to the agreement."
-- basis = "The parties of the partnership agreement (table parties)"
SELECT
    p.agreement_id,
    p.placement_id,
    'placements/jobcentre/' || COALESCE(p.placement_id, '')
        || chr(10) || 'placements/agreement_id/' || COALESCE(p.placement_id, '') AS evidence,
    p.jobcentre,
    p.jobcentre AS municipality
FROM placements AS p
LEFT JOIN parties AS t ON t.agreement_id = p.agreement_id AND t.jobcentre = p.jobcentre
WHERE p.agreement_id IS NOT NULL AND p.jobcentre IS NOT NULL AND t.agreement_id IS NULL
