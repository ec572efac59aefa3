using System.Collections.Immutable;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>A person who is trained. Name, e-mail and birth date exist only sealed under this learner's key.</summary>
public sealed record Learner : IStreamState<Learner>
{
    /// <summary>The sealed person, or null before registration.</summary>
    public SealedPerson? Person { get; init; }

    /// <summary>Why the learner was erased; null where that did not happen. The sealed person stays, and opens for nobody.</summary>
    public ErasureReason? Erased { get; init; }

    /// <summary>The legal hold under which an erasure waits; null where none does. Until it ends nobody sees who this is.</summary>
    public LegalHold? Restricted { get; init; }

    /// <summary>Why the erasure was asked for that waits; null where none does.</summary>
    public ErasureReason? Asked { get; init; }

    /// <summary>R46: the learner who this is as well; null where nobody said so, or it was undone. Then nothing more happens under this id.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>R46: the learners who were merged into this one.</summary>
    public ImmutableList<Guid> Aliases { get; init; } = [];

    /// <inheritdoc/>
    public static Learner Initial { get; } = new();

    /// <inheritdoc/>
    public Learner Evolve(object @event) => @event switch
    {
        LearnerRegistered e => this with { Person = e.Person },
        LearnerErased e => this with { Erased = e.Reason },
        ErasureRequested e => this with { Asked = e.Reason },
        LearnerRestricted e => this with { Restricted = e.Hold },
        LearnerMerged e => this with { MergedInto = e.Into },
        LearnerUnmerged => this with { MergedInto = null },
        AliasAdded e => this with { Aliases = Aliases.Add(e.Alias) },
        AliasRemoved e => this with { Aliases = Aliases.Remove(e.Alias) },
        // LearnerRead tells who looked, and changes nothing.
        _ => this,
    };

    /// <summary>R49: why the learner is neither merged nor told apart any more; null where nothing is in the way.</summary>
    internal Decision? Gone() => this switch
    {
        { Erased: not null } => Decision.Refuse("learner-erased", "An erased learner is not merged, nor told apart from another."),
        { Restricted: { } hold } => Decision.Refuse("learner-restricted", $"The learner asked to be erased; a legal hold lasts until {hold.Until:yyyy-MM-dd}."),
        _ => null,
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

/// <summary>Somebody asked to erase the learner, and a legal hold lasts.</summary>
[StoredAs("learner.erasure-requested.v1")]
public sealed record ErasureRequested(ErasureReason Reason) : LearnerEvent;

/// <summary>Until the legal hold ends the learner is not erased; nobody is shown who it is, and nothing new is taken.</summary>
[StoredAs("learner.restricted.v1")]
public sealed record LearnerRestricted(LegalHold Hold) : LearnerEvent;

/// <summary>R46: this learner and another are one person, and the other stays. An alias: no stream is rewritten.</summary>
[StoredAs("learner.merged.v1")]
public sealed record LearnerMerged(Guid Into, MergeGround Ground) : LearnerEvent;

/// <summary>R46: another learner is this one as well; stored in one transaction with what it says there.</summary>
[StoredAs("learner.alias-added.v1")]
public sealed record AliasAdded(Guid Alias) : LearnerEvent;

/// <summary>R46: they are two people after all.</summary>
[StoredAs("learner.unmerged.v1")]
public sealed record LearnerUnmerged(Guid From) : LearnerEvent;

/// <summary>R46: another learner is somebody else after all; stored in one transaction with what it says there.</summary>
[StoredAs("learner.alias-removed.v1")]
public sealed record AliasRemoved(Guid Alias) : LearnerEvent;

/// <summary>On what ground two learners are one person. A code, so that nobody writes personal data here.</summary>
public enum MergeGround
{
    /// <summary>The learner said so.</summary>
    LearnerSaidSo,

    /// <summary>The organisation said so.</summary>
    OrganisationSaidSo,

    /// <summary>An identity document was seen.</summary>
    DocumentSeen,
}

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
