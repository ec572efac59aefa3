using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>A person who is trained. Name, e-mail and birth date exist only sealed under this learner's key.</summary>
public sealed record Learner : IStreamState<Learner>
{
    /// <summary>The sealed person, or null before registration.</summary>
    public SealedPerson? Person { get; init; }

    /// <summary>Why the learner was erased; null where that did not happen. The sealed person stays, and opens for nobody.</summary>
    public ErasureReason? Erased { get; init; }

    /// <inheritdoc/>
    public static Learner Initial { get; } = new();

    /// <inheritdoc/>
    public Learner Evolve(object @event) => @event switch
    {
        LearnerRegistered e => this with { Person = e.Person },
        LearnerErased e => this with { Erased = e.Reason },
        // LearnerRead tells who looked, and changes nothing.
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

/// <summary>Somebody read who the learner is; recorded before it was shown.</summary>
[StoredAs("learner.read.v1")]
public sealed record LearnerRead(ReadingPurpose Purpose) : LearnerEvent;

/// <summary>The learner was erased: the key is destroyed right after this.</summary>
[StoredAs("learner.erased.v1")]
public sealed record LearnerErased(ErasureReason Reason) : LearnerEvent;

/// <summary>Why somebody reads who a learner is. A code, so that nobody writes personal data here.</summary>
public enum ReadingPurpose
{
    /// <summary>To decide about an application or a seat.</summary>
    Application,

    /// <summary>To reach the learner, or to know who is who at a half-day.</summary>
    Training,

    /// <summary>To check or hand over a certificate.</summary>
    Certificate,

    /// <summary>The learner asked what is kept.</summary>
    RightOfAccess,

    /// <summary>To check what is recorded.</summary>
    Audit,
}

/// <summary>Why a learner was erased. A code, so that nobody writes personal data here.</summary>
public enum ErasureReason
{
    /// <summary>The learner asked for it.</summary>
    OnRequest,

    /// <summary>The time is over for which it may be kept.</summary>
    RetentionEnded,

    /// <summary>It should never have been kept.</summary>
    Mistake,
}
