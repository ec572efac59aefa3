using System.Globalization;
using Tremplin.Enrollment.Reviews;

namespace Tremplin.Enrollment.Learners;

/// <summary>Why somebody may be a learner who is known, and may as well be another (R48). A code, so that it holds no personal data.</summary>
public enum Doubt
{
    /// <summary>One e-mail address, and names that differ by a letter or two, by a part that is left out, or in their order.</summary>
    NearlyTheSameName,

    /// <summary>The same names and e-mail address, and another birth date.</summary>
    AnotherBirthDate,

    /// <summary>The same names and birth date, and another e-mail address.</summary>
    SameBirthDate,

    /// <summary>The same names at the same organisation, and another e-mail address.</summary>
    SameOrganisation,

    /// <summary>The same names and, with a number in it, the same name of a mailbox at another address.</summary>
    SameMailbox,

    /// <summary>Two learners share these names and this e-mail address, and there is no birth date to tell which of them it is.</summary>
    OneOfTwo,
}

/// <summary>What a person is found again by.</summary>
public enum MarkKind
{
    /// <summary>Names and e-mail address: the strong key.</summary>
    Identity,

    /// <summary>The strong key, known to be that of two learners.</summary>
    Twin,

    /// <summary>The e-mail address; may be shared.</summary>
    Email,

    /// <summary>Names and birth date.</summary>
    Born,

    /// <summary>Names and organisation.</summary>
    Works,

    /// <summary>Names and the address without its domain, where a number is in it.</summary>
    Mailbox,
}

/// <summary>A mark of a person: personal data in clear, so it is stored as a keyed fingerprint only.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="Text">The text.</param>
public sealed record Mark(MarkKind Kind, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Kind.ToString();
}

/// <summary>
/// R48: who is recognised, and who has to be looked at. Names and e-mail address together are the strong key; an address
/// alone is nobody's, for colleagues share one, and so do siblings; nor is a name.
/// </summary>
public static class Likeness
{
    /// <summary>So many letters may differ between two spellings of one name.</summary>
    private const int Letters = 2;

    /// <summary>The strong keys, the one with the birth date first.</summary>
    public static IEnumerable<Mark> Keys(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        if (person.BirthDate is { } born)
            yield return new(MarkKind.Identity, $"{person.Identity()}|{Date(born)}");
        yield return new(MarkKind.Identity, person.Identity());
    }

    /// <summary>The mark of a strong key that two learners share.</summary>
    public static Mark Twin(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        return new(MarkKind.Twin, $"twin|{person.Identity()}");
    }

    /// <summary>
    /// The strong key under which a newcomer is registered: names and e-mail address. Where it is another's already, and a
    /// coordinator said that this is somebody else, the birth date is added, or what is nobody's where there is none.
    /// </summary>
    public static string KeyOf(Person person, Review? review)
    {
        ArgumentNullException.ThrowIfNull(person);
        return !Taken(review) ? person.Identity() : person.BirthDate is null ? $"{person.Identity()}|{review!.Id}" : Keys(person).First().Text;
    }

    /// <summary>The strong keys by which the person is recognised from now on, such as the other address of somebody known.</summary>
    public static IEnumerable<Mark> KnownBy(Person person, Review? review) =>
        Taken(review) && review!.Verdict != ReviewVerdict.SamePerson ? [.. Keys(person).SkipLast(1), Twin(person)] : Keys(person);

    private static bool Taken(Review? review) =>
        review is not null && review.Candidates.Any(c => c.Why is Doubt.AnotherBirthDate or Doubt.OneOfTwo);

    /// <summary>The marks by which somebody is found who may be the same person.</summary>
    public static IEnumerable<Mark> Marks(Person person, string organisation)
    {
        ArgumentNullException.ThrowIfNull(person);
        var (names, address) = (string.Join('|', person.Names()), person.Address());
        yield return new(MarkKind.Email, $"email|{address}");
        yield return new(MarkKind.Works, $"works|{names}|{organisation}");
        if (person.BirthDate is { } born)
            yield return new(MarkKind.Born, $"born|{names}|{Date(born)}");
        if (address[..address.IndexOf('@', StringComparison.Ordinal)] is var mailbox && mailbox.Any(char.IsAsciiDigit))
            yield return new(MarkKind.Mailbox, $"mailbox|{names}|{mailbox}");
    }

    /// <summary>Whether two people who share this mark may be one; null where a registrar would say at once that they are not.</summary>
    public static Doubt? Between(Person one, Person other, MarkKind mark)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var differ = one.BirthDate is { } a && other.BirthDate is { } b && a != b;
        return mark switch
        {
            MarkKind.Identity => differ ? Doubt.AnotherBirthDate : null,
            MarkKind.Twin => Doubt.OneOfTwo,
            _ when differ => null,
            MarkKind.Email => Alike(one, other) ? Doubt.NearlyTheSameName : null,
            MarkKind.Born => Doubt.SameBirthDate,
            MarkKind.Works => Doubt.SameOrganisation,
            _ => Doubt.SameMailbox,
        };
    }

    private static bool Alike(Person one, Person other)
    {
        // First and last name, each as it is written; a part may be left out of one of them ("Marie" for "Marie-Claude").
        var (first, second) = (one.Identity().Split('|'), other.Identity().Split('|'));
        return one.Names().SequenceEqual(other.Names())
            || (first[1] == second[1] && Part(first[0], second[0])) || (first[0] == second[0] && Part(first[1], second[1]))
            || Distance(first[0], second[0]) + Distance(first[1], second[1]) <= Letters;
    }

    private static bool Part(string one, string other) =>
        Math.Min(one.Length, other.Length) >= 3 && (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal));

    // Levenshtein: letters that are put in, left out or replaced.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (one[i - 1] == other[j - 1] ? 0 : 1)));
        }

        return row[other.Length];
    }

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
