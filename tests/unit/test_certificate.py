"""What a certificate says of itself, read from bytes that nobody vouches for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.reading.certificate import Certificate, read_certificate

KEY = ec.generate_private_key(ec.SECP256R1())
DER = serialization.Encoding.DER


def der(begin: datetime, end: datetime, *names: tuple[x509.ObjectIdentifier, str]) -> bytes:
    issuer = x509.Name([x509.NameAttribute(kind, value) for kind, value in names])
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    return built.sign(KEY, hashes.SHA256()).public_bytes(DER)


def at(year: int) -> datetime:
    return datetime(year, 3, 1, 12, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(("begin", "end"), [(1951, 1999), (2020, 2049), (2049, 2050), (2026, 9999)])
def test_its_times_are_read_whatever_the_century(begin: int, end: int) -> None:
    assert read_certificate(der(at(begin), at(end))) == Certificate(at(begin), at(end), "")


@pytest.mark.parametrize(
    ("names", "issuer"),
    [
        ([(NameOID.ORGANIZATION_NAME, "Let's Encrypt"), (NameOID.COMMON_NAME, "R11")], "Let's Encrypt"),
        ([(NameOID.COUNTRY_NAME, "US"), (NameOID.COMMON_NAME, "Küche CA")], "Küche CA"),
        ([(NameOID.COUNTRY_NAME, "US")], ""),
    ],
)
def test_the_issuer_is_the_organization_or_else_the_name(names: list, issuer: str) -> None:
    found = read_certificate(der(at(2026), at(2027), *names))
    assert found is not None
    assert found.issuer == issuer


@given(st.binary(max_size=300))
def test_any_bytes_are_a_certificate_or_none(data: bytes) -> None:
    assert read_certificate(data) is None


GOOD = der(at(2026), at(2027), (NameOID.ORGANIZATION_NAME, "One"))


@settings(max_examples=300)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_one_never_breaks_its_reader(place: int, byte: int, is_cut: bool) -> None:
    damaged = GOOD[:place] if is_cut else GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    found = read_certificate(damaged)
    assert found is None or isinstance(found, Certificate)
    assert not is_cut or found is None
