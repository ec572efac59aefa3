using Tremplin.Portal.Language;

namespace Tremplin.Portal.Audit;

/// <summary>Who acted, in words.</summary>
public static class Actors
{
    private const string Sweeper = "service:";

    /// <summary>The client, or the service where a deadline passed.</summary>
    public static string Say(Words words, string actor)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(actor);
        return actor.StartsWith(Sweeper, StringComparison.Ordinal)
            ? words.Say("a deadline", "une échéance") + $" ({words.Say(Values.Service(actor[Sweeper.Length..]))})"
            : actor;
    }
}

/// <summary>What is proven, in words.</summary>
public static class ProofWords
{
    /// <summary>A proof in words.</summary>
    public static string Say(Words words, Proof proof)
    {
        ArgumentNullException.ThrowIfNull(words);
        return proof switch
        {
            Proof.Proven => words.Say("proven", "prouvé"),
            Proof.NotYet => words.Say("not covered yet", "pas encore couvert"),
            _ => words.Say("NOT PROVEN", "NON PROUVÉ"),
        };
    }
}
