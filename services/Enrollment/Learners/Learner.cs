using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>A person who is trained. Name, e-mail and birth date exist only sealed under this learner's key.</summary>
public sealed record Learner : IStreamState<Learner>
{
    /// <summary>The sealed person, or null before registration.</summary>
    public SealedPerson? Person { get; init; }

    /// <inheritdoc/>
    public static Learner Initial { get; } = new();

    /// <inheritdoc/>
    public Learner Evolve(object @event) => @event switch
    {
        LearnerRegistered e => this with { Person = e.Person },
        _ => this,
    };
}

/// <summary>Personal data as it may be stored.</summary>
public sealed record SealedPerson(Sealed FirstName, Sealed LastName, Sealed Email, Sealed? BirthDate);

/// <summary>Base of the events of a learner.</summary>
public abstract record LearnerEvent
{
    private protected LearnerEvent() { }
}

/// <summary>A learner was registered.</summary>
[StoredAs("learner.registered.v1")]
public sealed record LearnerRegistered(SealedPerson Person) : LearnerEvent;
