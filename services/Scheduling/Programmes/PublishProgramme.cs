using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Programmes;

/// <summary>Publishes a version of a programme. The same content again changes nothing.</summary>
public sealed record PublishProgramme(
    string Title, IReadOnlyList<string> Objectives, int HalfDays, decimal MinAttendedShare,
    int MinSize, int MaxSize, decimal? MinAssessmentMark = null, int? ValidityMonths = null, bool AgreementRequired = false,
    decimal MinConnectedShare = ProgrammeVersion.UsualConnectedShare, string? BpfObjective = null)
{
    /// <summary>The command for the programme of this reference.</summary>
    public Command For(string reference) => new(reference, this);

    /// <summary>The decision.</summary>
    public sealed record Command(string Ref, PublishProgramme Content) : ICommand<Programme>
    {
        /// <inheritdoc/>
        public Decision Decide(Programme state, DateTimeOffset now)
        {
            var c = Content;
            if (c.HalfDays < 1)
                return Decision.Refuse("no-half-days", "A programme has at least one half-day.");
            if (c.MinAttendedShare is < 0 or > 1)
                return Decision.Refuse("share-out-of-range", "The attended share is a number from 0 to 1.");
            if (c.MinConnectedShare is <= 0 or > 1)
                return Decision.Refuse("share-out-of-range", "The connected share is a number above 0 and up to 1.");
            if (c.MinAssessmentMark is < 0 or > 20)
                return Decision.Refuse("mark-out-of-range", "An assessment mark is a number from 0 to 20.");
            if (c.MinSize < 1 || c.MaxSize < c.MinSize)
                return Decision.Refuse("size-out-of-range", "Sizes are at least 1, and the largest is not below the smallest.");
            if (c.BpfObjective is { } objective && !BpfObjectives.All.Contains(objective, StringComparer.Ordinal))
                return Decision.Refuse("unknown-objective", $"The objective in the yearly report is one of: {string.Join(", ", BpfObjectives.All)}.");
            var next = new ProgrammeVersion(
                Ref, state.Versions.Count + 1, c.Title, [.. c.Objectives], c.HalfDays, c.MinAttendedShare,
                c.MinAssessmentMark, c.MinSize, c.MaxSize, c.ValidityMonths)
            {
                AgreementRequired = c.AgreementRequired,
                MinConnectedShare = c.MinConnectedShare,
                BpfObjective = c.BpfObjective,
            };
            return state.Versions is [.., var last] && Same(last, next)
                ? Decision.Nothing
                : Decision.Accept(new ProgrammePublished(next));
        }

        private static bool Same(ProgrammeVersion a, ProgrammeVersion b) =>
            a with { Version = 0, Objectives = [] } == b with { Version = 0, Objectives = [] }
            && a.Objectives.SequenceEqual(b.Objectives, StringComparer.Ordinal);
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/programmes/{reference}", async (string reference, PublishProgramme body, Shell shell, Origin origin) =>
            (await shell.Handle(Programme.IdFor(reference), body.For(reference), origin)).Answer(o => Results.Ok(o.State.Versions[^1])))
            .For(Role.Coordinator);
        routes.MapGet("/programmes/{reference}", async (string reference, IQuerySession store) =>
            await store.Events.FetchStreamAsync(Programme.IdFor(reference)) is { Count: > 0 } events
                ? Results.Ok(events.Aggregate(Programme.Initial, (s, e) => s.Evolve(e.Data)).Versions)
                : Problems.Of(404, Problems.Unknown, $"There is no programme '{reference}'."))
            .For(Role.Coordinator, Role.Trainer, Role.Partner, Role.Auditor);
    }
}
