using System.Globalization;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Certificates;

/// <summary>What the codes of a certificate are called on its page. A code that a newer service sends is shown as it is.</summary>
public static class CertificateWords
{
    /// <summary>The states.</summary>
    public static IReadOnlyDictionary<string, (string English, string French)> States { get; } = Table(
        ("valid", "Valid", "Valide"),
        ("expired", "Expired", "Expiré"),
        ("suspended", "Suspended", "Suspendu"),
        ("revoked", "Revoked", "Révoqué"),
        ("superseded", "Replaced by another certificate", "Remplacé par un autre certificat"),
        ("withdrawn", "Withdrawn at the holder’s request", "Retiré à la demande du titulaire"));

    /// <summary>The reasons for which one is suspended, revoked, replaced or withdrawn.</summary>
    public static IReadOnlyDictionary<string, (string English, string French)> Reasons { get; } = Table(
        ("issued-in-error", "it was issued in error", "il a été délivré par erreur"),
        ("fraud", "fraud", "fraude"),
        ("identity-error", "an error about who the holder is", "erreur sur l’identité du titulaire"),
        ("criteria-not-met", "the criteria of the training are not met", "les critères de la formation ne sont pas remplis"),
        ("holder-request", "the holder asked for it", "demande du titulaire"),
        ("under-review", "it is being looked at again", "réexamen en cours"),
        ("other", "another one", "autre motif"));

    /// <summary>The kinds of those who decide.</summary>
    public static IReadOnlyDictionary<string, (string English, string French)> Actors { get; } = Table(
        ("coordinator", "a coordinator of the training plan", "un coordinateur du plan de formation"),
        ("auditor", "an auditor", "un auditeur"),
        ("system", "the platform, by a rule", "la plateforme, selon une règle"),
        ("holder", "the holder", "le titulaire"));

    /// <summary>The words for a code.</summary>
    public static string Of(Words words, IReadOnlyDictionary<string, (string English, string French)> known, string code) =>
        known.TryGetValue(code, out var text) ? words.Say(text) : code;

    /// <summary>Hours and minutes, the same in both languages.</summary>
    public static string Duration(int minutes) => (minutes / 60, minutes % 60) switch
    {
        (0, var m) => string.Create(CultureInfo.InvariantCulture, $"{m} min"),
        (var h, 0) => string.Create(CultureInfo.InvariantCulture, $"{h} h"),
        (var h, var m) => string.Create(CultureInfo.InvariantCulture, $"{h} h {m} min"),
    };

    /// <summary>The reference of an organisation, as people write it: siren:123456782 is SIREN 123 456 782.</summary>
    public static string Organisation(string reference) => reference.Split(':') switch
    {
        ["siren", { Length: 9 } n] => $"SIREN {n[..3]} {n[3..6]} {n[6..]}",
        ["siret", { Length: 14 } n] => $"SIRET {n[..3]} {n[3..6]} {n[6..9]} {n[9..]}",
        ["rna", var n] => $"RNA {n}",
        _ => reference,
    };

    private static Dictionary<string, (string English, string French)> Table(params (string Code, string English, string French)[] words) =>
        words.ToDictionary(w => w.Code, w => (w.English, w.French), StringComparer.Ordinal);
}
