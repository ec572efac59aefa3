using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Organisations;

namespace Tremplin.Enrollment.Applications;

/// <summary>Reads what an application names: its organisation, and its cohort where it names one.</summary>
public sealed class Facts : IAsyncDisposable
{
    private readonly IDocumentStore _store;
    private readonly Desk<Asked> _desk;

    /// <summary>What is in this store.</summary>
    public Facts(IDocumentStore store) => (_store, _desk) = (store, new(Read, paced: false));

    /// <summary>The organisation and the cohort; null where there is none.</summary>
    public Task<(OrganisationDetails? Organisation, Offering? Cohort)> Of(ApplicationForm form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var one = new Asked(Organisation.IdFor(form.OrganisationRef), form.CohortId);
        _desk.Enqueue(one);
        return one.Answer.Task;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    // One round trip for all that wait.
    private async Task Read(List<Asked> asked)
    {
        try
        {
            await using var session = _store.QuerySession();
            var batch = session.CreateBatchQuery();
            var read = batch.LoadMany<Organisation>().ById([.. asked.Select(a => a.Organisation).Distinct()]);
            var offered = batch.LoadMany<Offering>().ById([.. asked.Select(a => a.Cohort).OfType<Guid>().Distinct()]);
            await batch.Execute();
            var organisations = (await read).ToDictionary(o => o.Id, o => o.Details);
            var offerings = (await offered).ToDictionary(o => o.Id);
            foreach (var one in asked)
                one.Answer.TrySetResult((organisations.GetValueOrDefault(one.Organisation), offerings.GetValueOrDefault(one.Cohort ?? Guid.Empty)));
        }
        catch (Exception e)
        {
            foreach (var one in asked)
                one.Answer.TrySetException(e);
        }
    }

    private sealed record Asked(Guid Organisation, Guid? Cohort)
    {
        public TaskCompletionSource<(OrganisationDetails?, Offering?)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
