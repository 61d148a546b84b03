"""The keys every kind of paper may have in its truth: the project's list of fields, written out.

A copy of the binding list (kinds, person blocks, fields beside them) that the tests hold the drawers to.
"""

PERSON = (
    "full_name", "birth_date", "birth_year", "gender", "ethnicity", "nationality", "residence", "hometown",
    "id_number", "id_document", "id_issued_on", "id_issued_by", "relationship", "phone", "email",
)  # fmt: skip
PERSONS = {
    "to_khai_khai_sinh": "requester child mother father",
    "giay_chung_sinh": "mother",
    "giay_khai_sinh": "child mother father declarant",
    "to_khai_khai_tu": "requester deceased",
    "giay_bao_tu": "deceased",
    "trich_luc_khai_tu": "deceased declarant",
    "to_khai_ban_sao_trich_luc": "requester subject",
    "to_khai_ket_hon": "wife husband",
    "giay_chung_nhan_ket_hon": "wife husband",
    "to_khai_xac_nhan_hon_nhan": "requester subject",
    "phieu_bao_hk02": "requester subject head_of_household",
    "to_khai_ct01": "requester subject head_of_household",
    "to_khai_tk1_ts": "subject",
}
NOTICE = "death_notice.number death_notice.issuer death_notice.issued_on"
BESIDE = {
    "to_khai_khai_sinh": "authority child.birth_date_in_words child.birth_place declared_at declared_on copies",
    "giay_chung_sinh": "facility number book mother.insurance_number father.full_name child.birth_date "
    "child.birth_time child.birth_place child.gender child.weight_g child.intended_name children_count issued_on",
    "giay_khai_sinh": "number child.birth_date_in_words child.birth_place registered_at registered_on",
    "to_khai_khai_tu": "authority deceased.last_residence death.date death.time death.place death.cause "
    f"{NOTICE} declared_at declared_on copies",
    "giay_bao_tu": "issuer number book death.date death.time death.cause issued_on",
    "trich_luc_khai_tu": "number deceased.last_residence death.date death.time death.place death.cause "
    f"{NOTICE} registered_at registered_on",
    "to_khai_ban_sao_trich_luc": "authority extract_kind registered_at registered_on register.number "
    "register.book copies",
    "to_khai_ket_hon": "authority wife.marriage_count husband.marriage_count declared_at declared_on copies",
    "giay_chung_nhan_ket_hon": "number registered_at registered_on",
    "to_khai_xac_nhan_hon_nhan": "authority marital_status purpose lived.at lived.from lived.to declared_on",
    "phieu_bao_hk02": "content members",
    "to_khai_ct01": "content members",
    "to_khai_tk1_ts": "guardian registered_birth_at clinic content",
    "giay_de_nghi_ho_kinh_doanh": "owner business_name address lines_of_business capital_vnd phone",
    "khac": "",
}


def keys_of(kind: str) -> set[str]:
    persons = PERSONS.get(kind, "").split()
    return {f"{who}.{what}" for who in persons for what in PERSON} | set(BESIDE[kind].split())
