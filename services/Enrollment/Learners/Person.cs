using System.Net.Mail;
using System.Text;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>A person as an application names one. It never reaches an event, a message or a log like this.</summary>
/// <param name="FirstName">First name.</param>
/// <param name="LastName">Last name.</param>
/// <param name="Email">E-mail address; may be shared with others (R48).</param>
/// <param name="BirthDate">Birth date, where it is known.</param>
public sealed record Person(string FirstName, string LastName, string Email, DateOnly? BirthDate = null)
{
    private const string Accented = "ÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ", Plain = "AAAAAACEEEEIIIINOOOOOUUUUYY";

    /// <summary>What makes two applications name one person: both names and the e-mail, however they are typed.</summary>
    public string Identity() => $"{Fold(FirstName)}|{Fold(LastName)}|{Address()}";

    /// <summary>Both names in one spelling, whichever of them was taken for the first name.</summary>
    internal IReadOnlyList<string> Names() => [.. new[] { Fold(FirstName), Fold(LastName) }.Order(StringComparer.Ordinal)];

    /// <summary>The e-mail address in one spelling.</summary>
    internal string Address() => Email.Trim().ToLowerInvariant();

    /// <summary>What is wrong, by column.</summary>
    public IEnumerable<(string Field, string Reason)> Faults()
    {
        if (string.IsNullOrWhiteSpace(FirstName))
            yield return ("first_name", "The first name is empty.");
        if (string.IsNullOrWhiteSpace(LastName))
            yield return ("last_name", "The last name is empty.");
        if (!MailAddress.TryCreate(Email.Trim(), out var mail) || mail.Address != Email.Trim() || !mail.Host.Contains('.', StringComparison.Ordinal))
            yield return ("email", "This is no e-mail address.");
        if (BirthDate is { Year: < 1900 })
            yield return ("birth_date", "The birth date lies before 1900.");
    }

    /// <summary>The same under the learner's key.</summary>
    public SealedPerson Under(LearnerKey key) => new(
        key.Seal(FirstName.Trim()), key.Seal(LastName.Trim()), key.Seal(Email.Trim()),
        BirthDate is { } date ? key.Seal(date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)) : null);

    /// <summary>Opens what <see cref="Under"/> sealed.</summary>
    public static Person Of(SealedPerson person, LearnerKey key)
    {
        ArgumentNullException.ThrowIfNull(person);
        ArgumentNullException.ThrowIfNull(key);
        return new(
            key.Open(person.FirstName), key.Open(person.LastName), key.Open(person.Email),
            person.BirthDate is { } date ? DateOnly.ParseExact(key.Open(date), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    /// <inheritdoc/>
    public override string ToString() => "a person";

    // No ICU is needed this way; French names have no other accents.
    private static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var c in name.ToUpperInvariant().Replace("Œ", "OE", StringComparison.Ordinal).Replace("Æ", "AE", StringComparison.Ordinal))
        {
            var place = Accented.IndexOf(c, StringComparison.Ordinal);
            if (place >= 0)
                folded.Append(Plain[place]);
            else if (char.IsLetterOrDigit(c))
                folded.Append(c);
        }

        return folded.ToString();
    }
}
