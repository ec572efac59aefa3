using System.Text;

namespace Tremplin.Certification.Certificates;

/// <summary>All that anybody sees of a name.</summary>
public static class Initials
{
    /// <summary>Marie-Claude Dupont is M.-C. D.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Join(' ', Words(name, ' ').Select(word => string.Join('-', Words(word, '-').Select(Initial))));

        static IEnumerable<string> Words(string text, char separator) =>
            text.Split(separator).Where(part => part.EnumerateRunes().Any(Rune.IsLetter));

        static string Initial(string part) => $"{Rune.ToUpperInvariant(part.EnumerateRunes().First(Rune.IsLetter))}.";
    }
}
