using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tremplin.Certification.Certificates;
using Tremplin.Defaults;

namespace Tremplin.Certification.Credentials;

/// <summary>
/// A certificate as an Open Badge 3.0, which is a W3C Verifiable Credential 2.0. Every form of it has the same id; the public
/// one holds nobody's name, and no mark.
/// </summary>
public static partial class OpenBadge
{
    // A badge knows no days: the schema of 1EdTech asks for an instant, even where its context says date.
    private const string Morning = "T00:00:00Z", Evening = "T23:59:59Z";

    private const string Criteria =
        "Avoir suivi la part des heures tenues que le programme demande, justifiée par émargement, et obtenu sa note minimale s’il en fixe une. / "
        + "To have attended the share of the hours held that the programme asks for, evidenced by signed sheets, and reached its minimum mark where it sets one.";

    /// <summary>The address of the public form, which is the id of every form.</summary>
    public static Uri Address(Uri address, Guid id) => new(address, $"certificates/{id}/credential");

    /// <summary>The badge of a certificate, unsigned.</summary>
    /// <param name="address">The public address of the platform.</param>
    /// <param name="id">The certificate.</param>
    /// <param name="issuedAt">When it was issued.</param>
    /// <param name="claims">What it says.</param>
    /// <param name="place">Where it stands in the status lists.</param>
    /// <param name="name">The holder's name.</param>
    /// <param name="salt">What the name is hashed with; the badge does not hold it.</param>
    /// <param name="withName">Whether it is the holder's form: with the name in clear, and the mark where there is one.</param>
    public static JsonObject Of(
        Uri address, Guid id, DateTimeOffset issuedAt, CertificateIssued claims, StatusPlace place, string name, string salt, bool withName)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var badge = Address(address, id).AbsoluteUri;
        var achievement = $"urn:uuid:{NameBased.Id("achievement", Did.Of(address), claims.ProgrammeRef, Text(claims.ProgrammeVersion))}";
        var results = Measured(claims, withName).ToList();
        var credential = new JsonObject
        {
            ["@context"] = new JsonArray(Words.Credentials, Words.OpenBadges),
            ["id"] = badge,
            ["type"] = new JsonArray("VerifiableCredential", "OpenBadgeCredential"),
            ["name"] = claims.Title,
            ["issuer"] = new JsonObject
            {
                ["id"] = Did.Of(address),
                ["type"] = new JsonArray("Profile"),
                ["name"] = claims.Issuer,
                ["url"] = address.AbsoluteUri,
            },
            ["validFrom"] = Words.Instant(issuedAt),
            ["credentialSubject"] = new JsonObject
            {
                ["id"] = badge + "#holder",
                ["type"] = new JsonArray("AchievementSubject"),
                ["identifier"] = new JsonArray(Identity(name, salt, withName)),
                ["activityStartDate"] = Date(claims.StartedOn) + Morning,
                ["activityEndDate"] = Date(claims.EndedOn) + Evening,
                ["achievement"] = Achievement(achievement, claims, results),
                ["result"] = new JsonArray([.. results.Select(r => r.Result(badge, achievement))]),
            },
            ["credentialStatus"] = new JsonArray([.. Enum.GetValues<StatusPurpose>().Select(purpose => StatusList.Entry(address, place, purpose))]),
        };
        if (claims.ValidUntil is { } last)
            credential["validUntil"] = Date(last) + Evening;
        return credential;
    }

    private static JsonObject Achievement(string id, CertificateIssued claims, IEnumerable<Measure> results)
    {
        var achievement = new JsonObject
        {
            ["id"] = id,
            ["type"] = new JsonArray("Achievement"),
            ["achievementType"] = "Course",
            ["humanCode"] = claims.ProgrammeRef,
            ["version"] = Text(claims.ProgrammeVersion),
            ["name"] = claims.Title,
            ["description"] = $"Formation « {claims.Title} » ({claims.ProgrammeRef}, version {Text(claims.ProgrammeVersion)}).",
            ["inLanguage"] = "fr",
            ["criteria"] = new JsonObject { ["type"] = "Criteria", ["narrative"] = Criteria },
            ["resultDescription"] = new JsonArray([.. results.Select(r => r.Description(id))]),
        };
        // An empty list says nothing, so its signature would not notice whether it is there.
        if (claims.Competences.Count > 0)
            achievement["alignment"] = new JsonArray([.. claims.Competences.Distinct().Index().Select(c => Alignment(id, c.Index + 1, c.Item))]);
        return achievement;
    }

    // The address is that of the framework: we know of none for a single competence that lasts.
    private static JsonObject Alignment(string achievement, int number, string competence)
    {
        var alignment = new JsonObject
        {
            ["id"] = $"{achievement}#alignment-{Text(number)}",
            ["type"] = new JsonArray("Alignment"),
            ["targetName"] = competence,
            ["targetFramework"] = "DigComp 2.2: The Digital Competence Framework for Citizens",
            ["targetUrl"] = "https://doi.org/10.2760/115376",
        };
        if (Code().Match(competence) is { Success: true } code)
            alignment["targetCode"] = code.Value;
        return alignment;
    }

    private static JsonObject Identity(string name, string salt, bool withName) => new()
    {
        ["type"] = "IdentityObject",
        ["hashed"] = !withName,
        ["identityHash"] = withName ? name : Hashed(name, salt),
        ["identityType"] = "name",
    };

    /// <summary>A name as the public form holds it: <c>sha256$</c> and the hash of name and salt.</summary>
    public static string Hashed(string name, string salt) => "sha256$" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name + salt)));

    private static IEnumerable<Measure> Measured(CertificateIssued claims, bool withMark)
    {
        yield return new("delivered", "Durée tenue / Time delivered (ISO 8601)", "Result", Duration(claims.DeliveredMinutes));
        yield return new("attended", "Durée suivie / Time attended (ISO 8601)", "Result", Duration(claims.AttendedMinutes));
        if (withMark && claims.Mark is { } mark)
            yield return new("mark", "Note sur 20 / Mark out of 20", "RawScore", mark.ToString("0.##", CultureInfo.InvariantCulture), ("0", "20"));
    }

    /// <summary>ISO 8601 with hours and minutes alone: a day would be one of 24 hours.</summary>
    private static string Duration(int minutes) => FormattableString.Invariant($"PT{minutes / 60}H{minutes % 60}M");

    private static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[1-5]\.[1-6](?= )", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    private sealed record Measure(string Key, string Name, string Type, string Value, (string Min, string Max)? Range = null)
    {
        public JsonObject Description(string achievement)
        {
            var description = new JsonObject
            {
                ["id"] = $"{achievement}#{Key}",
                ["type"] = new JsonArray("ResultDescription"),
                ["name"] = Name,
                ["resultType"] = Type,
            };
            if (Range is { } range)
                (description["valueMin"], description["valueMax"]) = (range.Min, range.Max);
            return description;
        }

        public JsonObject Result(string badge, string achievement) => new()
        {
            ["id"] = $"{badge}#{Key}",
            ["type"] = new JsonArray("Result"),
            ["resultDescription"] = $"{achievement}#{Key}",
            ["value"] = Value,
        };
    }
}
