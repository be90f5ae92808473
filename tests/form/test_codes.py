"""Code lists: what people write in Danish sheets, and what no list may contain."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange import language
from exchange.errors import FormError
from exchange.form.codes import Code, CodeList, code_list, code_lists, read_code_list, read_register

HEADER = "code,label_da,label_en,description,description_da,aliases,valid_from,valid_to"
FORM = {  # form.md, word by word
    "absence": "sick child-sick no-show holiday public-holiday agreed-leave ended other",
    "activity": "conversation training workplace-support home-support coordination progress-review reporting transport other",
    "age_group": "under-30 30-plus",
    "basis": "trainee place",
    "benefit": "cash-benefit-activity-ready education-benefit-education-ready cash-benefit-job-ready "
    "education-benefit-activity-ready sickness-benefit unemployment-benefit-flexjob resource-programme spouse-supported unknown",
    "employer": "company jobcentre",
    "funding": "per-place per-occupied-place none",
    "gender": "f m x unknown",
    "kind": "visitation start progress three-party final",
    "mentor_model": "company-mentor jobcentre-mentor shared-mentor",
    "outcome": "ordinary-job education flexjob rehabilitation-team other-municipal-offer placement-elsewhere long-term-sick "
    "stopped-other",
    "places_are": "exact minimum",
    "proration": "weekdays whole-weeks",
    "question": "tasks-overview support-at-work support-for-colleagues support-private-life morning-attendance "
    "unforeseen-contact progress-reviews reporting filling-places informing-line-managers paperwork",
    "reporter": "company jobcentre",
    "responsible": "company company-mentor jobcentre jobcentre-mentor lead-jobcentre trainee",
    "role": "lead participant",
}
WORDS = [
    ("benefit", "Uddannelsesydelse, uddannelsesparat", "education-benefit-education-ready"),
    ("benefit", "uddannelseshjælp (aktivitetsparat)", "education-benefit-activity-ready"),
    ("benefit", "UDDANNELSESYDELSE AKTIVITETSPARAT", "education-benefit-activity-ready"),
    ("benefit", "Kontanthjaelp, aktivitetsparat", "cash-benefit-activity-ready"),
    ("benefit", "Kontanthjælp - jobparat", "cash-benefit-job-ready"),
    ("benefit", "KTH-J", "cash-benefit-job-ready"),
    ("benefit", "Syge-dagpenge", "sickness-benefit"),
    ("benefit", "ressourceforloeb", "resource-programme"),
    ("benefit", "Ledighedsydelse", "unemployment-benefit-flexjob"),
    ("benefit", "Ægtefælleforsørget", "spouse-supported"),
    ("benefit", "aegtefaelleforsoerget", "spouse-supported"),
    ("benefit", "Ubekendt", "unknown"),
    ("benefit", "kontanthjælp", None),
    ("benefit", "uddannelseshjælp", None),
    ("benefit", "aktivitetsparat", None),
    ("outcome", "Ordinært job", "ordinary-job"),
    ("outcome", "Fleksjob", "flexjob"),
    ("outcome", "afklaret til møde med rehabiliteringsteamet", "rehabilitation-team"),
    ("outcome", "Langtidssygemeldt", "long-term-sick"),
    ("outcome", "udeblivelse", "stopped-other"),
    ("outcome", "andet", None),
    ("activity", "Samtale", "conversation"),
    ("activity", "samtaler.", "conversation"),
    ("activity", "oplaering", "training"),
    ("activity", "Støtte på arbejdspladsen", "workplace-support"),
    ("activity", "stoette paa arbejdspladsen", "workplace-support"),
    ("activity", "hjemmet", "home-support"),
    ("activity", "KOORDINERING", "coordination"),
    ("activity", "Progressionsmåling", "progress-review"),
    ("activity", "afrapportering", "reporting"),
    ("activity", "følgeskab/kørsel", "transport"),
    ("activity", "Kørsel", "transport"),
    ("activity", "andet", "other"),
    ("absence", "S", "sick"),
    ("absence", "sygdom", "sick"),
    ("absence", " Syg ", "sick"),
    ("absence", "Barn sygt", "child-sick"),
    ("absence", "B", "child-sick"),
    ("absence", "Barns 1. sygedag", "child-sick"),
    ("absence", "Udeblevet", "no-show"),
    ("absence", "Ej mødt", "no-show"),
    ("absence", "ferie", "holiday"),
    ("absence", "Lukket", "public-holiday"),
    ("absence", "helligdag", "public-holiday"),
    ("absence", "aftalt fri", "agreed-leave"),
    ("absence", "Fri", "agreed-leave"),
    ("absence", "F", None),
    ("gender", "K", "f"),
    ("gender", "kvinde", "f"),
    ("gender", "M", "m"),
    ("gender", "Mand", "m"),
    ("age_group", "30+", "30-plus"),
    ("age_group", "<30", "under-30"),
    ("age_group", "Under 30 år", "under-30"),
    ("role", "tovholder", "lead"),
    ("responsible", "Sagsbehandler", "jobcentre"),
    ("funding", "pr. besat plads", "per-occupied-place"),
    ("kind", "Fællessamtale", "three-party"),
    ("kind", "opstartssamtale", "start"),
    ("question", "Hvordan følges der op?", "progress-reviews"),
    ("municipality", "0157", "157"),
    ("municipality", "157", "157"),
    ("municipality", "Gentofte Kommune", "157"),
    ("municipality", "Jobcenter Gladsaxe", "159"),
    ("municipality", "Høje Taastrup", "169"),
    ("municipality", "Høje-Taastrup", "169"),
    ("municipality", "Hoje Taastrup Kommune", "169"),
    ("municipality", "HØJE TÅSTRUP", "169"),
    ("municipality", "Lyngby-Tårbæk", "173"),
    ("municipality", "Sonderborg", "540"),
    ("municipality", "Soenderborg", "540"),
    ("municipality", "Århus", "751"),
    ("municipality", "Ålborg", "851"),
    ("municipality", "Københavns Kommune", "101"),
    ("municipality", "Christiansø", None),
    ("municipality", "411", None),
    ("municipality", "", None),
    ("municipality", "\x1b[31m?", None),
]
EVERY_CODE = [
    pytest.param(owner, code, id=f"{owner.name}-{code.code}")
    for owner in code_lists().values()
    for code in owner.codes
]


def test_the_lists_hold_the_codes_of_the_form() -> None:
    found = {name: " ".join(code.code for code in owner.codes) for name, owner in code_lists().items()}
    del found["municipality"]
    assert found == FORM


def test_the_municipalities_are_the_98_of_two_agreeing_public_lists() -> None:
    with Path(__file__).with_name("municipalities.csv").open(encoding="utf-8", newline="") as file:
        source = list(csv.DictReader(file))
    with Path(str(files("schemas").joinpath("codes/municipality.csv"))).open(
        encoding="utf-8", newline=""
    ) as file:
        shipped = [
            {"code": row["code"], "name": row["label_da"], "region": row["region"]}
            for row in csv.DictReader(file)
        ]
    assert shipped == source
    assert len(shipped) == 98


@pytest.mark.parametrize(("owner", "code"), EVERY_CODE)
def test_every_word_of_a_code_means_that_code_alone(owner: CodeList, code: Code) -> None:
    assert {owner.find(word) for word in code.words()} == {code.code}
    assert code.description_da.strip()
    assert code.description_en.strip()


@pytest.mark.parametrize(("name", "text", "code"), WORDS)
def test_what_people_write(name: str, text: str, code: str | None) -> None:
    assert code_list(name).find(text) == code


@given(st.sampled_from(WORDS), st.data())
def test_case_blanks_and_punctuation_do_not_matter(
    word: tuple[str, str, str | None], data: st.DataObject
) -> None:
    name, text, code = word
    noise = st.text(st.sampled_from(" .-_/()'\u00a0\u00ad"), max_size=3)
    spelled = "".join(
        sign + data.draw(noise) for sign in data.draw(st.sampled_from([text, text.upper(), text.lower()]))
    )
    assert code_list(name).find(spelled) == code


@given(st.text())
def test_any_text_means_one_code_or_none(text: str) -> None:
    for owner in code_lists().values():
        found = owner.find(text)
        assert found is None or found in owner


def test_a_word_may_change_its_meaning_on_a_day() -> None:
    text = f"{HEADER}\nold,Gammel,Old,,,ordning,,2015-12-31\nnew,Ny,New,,,ordning,2016-01-01,\n"
    scheme = read_code_list(text, "scheme.csv")
    assert scheme.find("ordning", date(2015, 12, 31)) == "old"
    assert scheme.find("ordning", date(2016, 1, 1)) == "new"
    assert scheme.find("ordning") is None
    assert scheme.find("gammel") == "old"
    assert scheme.find("gammel", date(2016, 1, 1)) is None


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("a,En,One,,,,,\na,To,Two,,,,,", "line 3, cannot be used: the code “a” stands twice."),
        ("a,En,One,,,fri,,\nb,To,Two,,,Fri.,,", "line 3, cannot be used: the word “Fri.” already means “a”."),
        (
            "a,En,One,,,x,,2016-01-01\nb,To,Two,,,x,2016-01-01,",
            "line 3, cannot be used: the word “x” already means “a”.",
        ),
        ("a,En,One,,,--,,", "line 2, cannot be used: the word “--” has no letter or digit."),
        (
            "A b,En,One,,,,,",
            "line 2, cannot be used: a code is small letters, digits and hyphens, and has two labels.",
        ),
        (
            "a,,One,,,,,",
            "line 2, cannot be used: a code is small letters, digits and hyphens, and has two labels.",
        ),
        ("a,En,One,,,,1/1-16,", "line 2, cannot be used: “1/1-16” is no date (2016-01-31)."),
        ("a,En,One,,,,", "line 2, cannot be used: it has more or fewer cells than the header."),
        ("a,En,One,,,,,,", "line 2, cannot be used: it has more or fewer cells than the header."),
        ('a,"En"x,One,,,,,', "line 2, cannot be used: it is no CSV (',' expected after '\"')."),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_list_that_contradicts_itself_is_refused(rows: str, why: str) -> None:
    with pytest.raises(FormError) as refused:
        read_code_list(f"{HEADER}\n{rows}\n", "leave.csv")
    assert str(refused.value) == f"The code list leave.csv, {why}"


MUNICIPALITIES = (
    f"{HEADER}\n510,Haderslev,Haderslev,,,,,\n540,{{name}},{{name}},,,,,\n550,{{next}},{{next}},,,,,\n"
)


def test_two_lists_that_agree_make_one() -> None:
    register = read_register("code,name\n510,Haderslev\n540,Sønderborg\n550,Tønder\n")

    found = read_code_list(
        MUNICIPALITIES.format(name="Sønderborg", next="Toender"), "municipality.csv", register
    )

    assert found.find("Sønderborg") == "540"


@pytest.mark.parametrize(
    ("name", "next_name", "register", "why"),
    [
        (  # domain.md §15, fixture 12: one public list maps 540 to Tønder
            "Tønder",
            "Aabenraa",
            "510,Haderslev\n540,Sønderborg\n550,Tønder\n",
            (
                "line 3, cannot be used: “540” is “Tønder” here and “Sønderborg” in the other public list, "
                "registers/municipality.csv."
            ),
        ),
        (
            "Sønderborg",
            "Tønder",
            "510,Haderslev\n540,Tønder\n550,Aabenraa\n",
            (
                "line 3, cannot be used: “540” is “Sønderborg” here and “Tønder” in the other public list, "
                "registers/municipality.csv."
            ),
        ),
        (
            "Sønderborg",
            "Tønder",
            "510,Haderslev\n540,Sønderborg\n",
            "line 4, cannot be used: the other public list, registers/municipality.csv, has no code “550”.",
        ),
    ],
)
@pytest.mark.usefixtures("english")
def test_two_lists_that_disagree_are_refused_at_the_first_shifted_row(
    name: str, next_name: str, register: str, why: str
) -> None:
    text = MUNICIPALITIES.format(name=name, next=next_name)

    with pytest.raises(FormError) as refused:
        read_code_list(text, "municipality.csv", read_register(f"code,name\n{register}"))

    assert str(refused.value) == f"The code list municipality.csv, {why}"


def test_the_shipped_municipalities_agree_with_the_other_public_list() -> None:
    register = read_register(files("schemas").joinpath("registers/municipality.csv").read_text("utf-8"))

    assert {code.code: code.label_da for code in code_list("municipality").codes} == register
    assert register["540"] == "Sønderborg"


@pytest.mark.usefixtures("english")
def test_a_list_without_its_columns_is_refused() -> None:
    with pytest.raises(FormError) as refused:
        read_code_list("code,label\na,En\n", "leave.csv")
    assert (
        str(refused.value)
        == f"The code list leave.csv, line 1, cannot be used: its columns must be {HEADER}."
    )


@pytest.mark.usefixtures("english")
def test_an_unknown_list_is_refused_with_those_there_are() -> None:
    with pytest.raises(FormError) as refused:
        code_list("county")
    assert (
        str(refused.value)
        == f"The form has no code list “county”: its lists are {', '.join(sorted([*FORM, 'municipality']))}."
    )


@pytest.mark.usefixtures("english")
def test_a_label_comes_in_the_language_in_force() -> None:
    sick = code_list("absence").get("sick")
    assert sick is not None
    assert sick.label == "Sick"
    language.use("da")
    assert sick.label == "Syg"
