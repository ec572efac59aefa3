using System.Collections.Frozen;

namespace Tremplin.Enrollment.Organisations;

/// <summary>A region of France, or what has no region: an overseas collectivity under its own code, or nothing for a code that is none.</summary>
/// <param name="Code">INSEE code.</param>
/// <param name="Name">French name.</param>
public sealed record Region(string Code, string Name);

/// <summary>The regions since 2016, by département (INSEE, Code officiel géographique).</summary>
public static class Regions
{
    private static readonly (string Code, string Name, string Départements)[] All =
    [
        ("01", "Guadeloupe", "971"),
        ("02", "Martinique", "972"),
        ("03", "Guyane", "973"),
        ("04", "La Réunion", "974"),
        ("06", "Mayotte", "976"),
        ("11", "Île-de-France", "75 77 78 91 92 93 94 95"),
        ("24", "Centre-Val de Loire", "18 28 36 37 41 45"),
        ("27", "Bourgogne-Franche-Comté", "21 25 39 58 70 71 89 90"),
        ("28", "Normandie", "14 27 50 61 76"),
        ("32", "Hauts-de-France", "02 59 60 62 80"),
        ("44", "Grand Est", "08 10 51 52 54 55 57 67 68 88"),
        ("52", "Pays de la Loire", "44 49 53 72 85"),
        ("53", "Bretagne", "22 29 35 56"),
        ("75", "Nouvelle-Aquitaine", "16 17 19 23 24 33 40 47 64 79 86 87"),
        ("76", "Occitanie", "09 11 12 30 31 32 34 46 48 65 66 81 82"),
        ("84", "Auvergne-Rhône-Alpes", "01 03 07 15 26 38 42 43 63 69 73 74"),
        ("93", "Provence-Alpes-Côte d’Azur", "04 05 06 13 83 84"),
        ("94", "Corse", "2A 2B"),
        ("975", "Saint-Pierre-et-Miquelon", "975"),
        ("977", "Saint-Barthélemy", "977"),
        ("978", "Saint-Martin", "978"),
        ("984", "Terres australes et antarctiques françaises", "984"),
        ("986", "Wallis-et-Futuna", "986"),
        ("987", "Polynésie française", "987"),
        ("988", "Nouvelle-Calédonie", "988"),
        ("989", "La Passion-Clipperton", "989"),
    ];

    private static readonly FrozenDictionary<string, Region> ByDépartement = All
        .SelectMany(r => r.Départements.Split(' ').Select(d => KeyValuePair.Create(d, new Region(r.Code, r.Name)))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The département codes that are known.</summary>
    public static IReadOnlyCollection<string> Départements => ByDépartement.Keys;

    /// <summary>The region of a département; without code and name where there is no such département.</summary>
    public static Region Of(string département) => ByDépartement.GetValueOrDefault(département, new("", ""));
}
