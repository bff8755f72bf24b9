//! Makes the certificates; nothing is written here.
//!
//! The right chain is root, intermediate, leaf. RFC 5280 section 4.2 says what each extension means.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, Error, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, SanType,
};
use time::{Duration, OffsetDateTime};

/// The names by which the course's servers are called.
const SERVER_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// How long certificates are good: as long as one course, and more.
const GOOD_FOR: Duration = Duration::days(825);
/// A clock may be a little slow.
const SKEW: Duration = Duration::days(1);

/// A certificate with those that lead from it towards the root, and its key.
pub struct Chain {
    /// The name of its files.
    pub name: &'static str,
    /// PEM: the leaf, then the intermediates.
    pub certificates: String,
    /// PEM, PKCS #8.
    pub key: String,
    /// What is wrong with it; empty for a chain that is right.
    pub wrong: &'static str,
}

pub struct Certificates {
    /// PEM: the root that learners' programs trust.
    pub root: String,
    pub chains: Vec<Chain>,
}

type Issuer = CertifiedIssuer<'static, KeyPair>;

impl Certificates {
    pub fn make(now: OffsetDateTime) -> Result<Self, Error> {
        let root = root("Letters on the Wire, root", now)?;
        let stranger = self::root("Somebody else's root", now)?;
        let intermediate = intermediate("Letters on the Wire, intermediate", true, &root, now)?;
        let no_authority = intermediate_without_the_right(&root, now)?;

        let leaf = |name, wrong, params: CertificateParams, issuer: &Issuer, above: &[&Issuer]| {
            let key = KeyPair::generate()?;
            let mut certificates = params.signed_by(&key, issuer)?.pem();
            for issuer in above {
                certificates.push_str(&issuer.pem());
            }
            Ok::<_, Error>(Chain {
                name,
                certificates,
                key: key.serialize_pem(),
                wrong,
            })
        };
        let above = [&intermediate];
        let server = || server(&SERVER_NAMES, now);

        let mut chains = vec![
            leaf("server", "", server()?, &intermediate, &above)?,
            leaf("client", "", client("Ada", now)?, &intermediate, &above)?,
        ];
        let mut expired = server()?;
        (expired.not_before, expired.not_after) = (now - GOOD_FOR, now - SKEW);
        chains.push(leaf(
            "expired",
            "it has expired",
            expired,
            &intermediate,
            &above,
        )?);

        let mut early = server()?;
        (early.not_before, early.not_after) = (now + SKEW * 30, now + GOOD_FOR);
        chains.push(leaf(
            "not-yet",
            "it is not valid yet",
            early,
            &intermediate,
            &above,
        )?);

        let other = self::server(&["other.example"], now)?;
        chains.push(leaf(
            "wrong-name",
            "it is for another host",
            other,
            &intermediate,
            &above,
        )?);

        let mut common = self::server(&[], now)?;
        common
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        chains.push(leaf(
            "name-in-cn",
            "its name stands in the subject only",
            common,
            &intermediate,
            &above,
        )?);

        let stranger_above: [&Issuer; 0] = [];
        chains.push(leaf(
            "wrong-ca",
            "its root is not trusted",
            server()?,
            &stranger,
            &stranger_above,
        )?);

        let wrong = "its issuer is not allowed to issue";
        chains.push(leaf(
            "issuer-is-no-ca",
            wrong,
            server()?,
            &no_authority,
            &[&no_authority],
        )?);

        let mut for_clients = server()?;
        for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        chains.push(leaf(
            "wrong-usage",
            "it is not for servers",
            for_clients,
            &intermediate,
            &above,
        )?);

        Ok(Self {
            root: root.pem(),
            chains,
        })
    }
}

fn root(name: &str, now: OffsetDateTime) -> Result<Issuer, Error> {
    let mut params = named(name, &[], now)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn intermediate(
    name: &str,
    is_authority: bool,
    root: &Issuer,
    now: OffsetDateTime,
) -> Result<Issuer, Error> {
    let mut params = named(name, &[], now)?;
    params.use_authority_key_identifier_extension = true;
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    } else {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    }
    CertifiedIssuer::signed_by(params, KeyPair::generate()?, root)
}

/// Signed by the root, and still no authority: whoever forgets to look accepts any customer's certificates.
fn intermediate_without_the_right(root: &Issuer, now: OffsetDateTime) -> Result<Issuer, Error> {
    intermediate("Letters on the Wire, a customer", false, root, now)
}

fn server(names: &[&str], now: OffsetDateTime) -> Result<CertificateParams, Error> {
    let mut params = named("Letters on the Wire, server", names, now)?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(leaf_usage(params))
}

fn client(name: &str, now: OffsetDateTime) -> Result<CertificateParams, Error> {
    let mut params = named(name, &[], now)?;
    let address = format!("{}@letters.example", name.to_lowercase());
    params.subject_alt_names = vec![SanType::Rfc822Name(address.try_into()?)];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    Ok(leaf_usage(params))
}

fn leaf_usage(mut params: CertificateParams) -> CertificateParams {
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    params
}

fn named(name: &str, hosts: &[&str], now: OffsetDateTime) -> Result<CertificateParams, Error> {
    let hosts: Vec<String> = hosts.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (now - SKEW, now + GOOD_FOR);
    Ok(params)
}
