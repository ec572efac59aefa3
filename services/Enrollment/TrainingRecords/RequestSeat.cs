using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>An approved application asks for a seat, now that a cohort is open for it.</summary>
public sealed record RequestSeat(CohortChoice Choice) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) =>
        state is { Status: RecordStatus.Approved, Transfer: null } && Choice.CohortId is not null
            ? Decision.Accept(Choice.Request(state.Application!, state.Priority))
            : Decision.Nothing;
}
