using System.Text.Json;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The training records that an audit is about, a JSON value a line, in the order of their ids.</summary>
public static class RecordsInScope
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit/records", (
            string? programme, string? partner, Guid? learner, DateOnly? from, DateOnly? to, IDocumentStore store, CancellationToken cancellation) =>
            Results.Stream(
                async body =>
                {
                    await using var session = store.QuerySession();
                    IQueryable<TrainingRecord> wanted = session.Query<TrainingRecord>();
                    if (programme is not null)
                        wanted = wanted.Where(r => r.Application!.Programme == programme);
                    if (partner is not null)
                        wanted = wanted.Where(r => r.Application!.Partner == partner);
                    if (learner is { } one)
                    {
                        Guid[] everybody = [.. await session.Everybody(await session.Survivor(one, cancellation), cancellation)];
                        wanted = wanted.Where(r => r.Application!.LearnerId.IsOneOf(everybody));
                    }

                    if (from is not null)
                        wanted = wanted.Where(r => r.Application!.AppliedOn >= from);
                    if (to is not null)
                        wanted = wanted.Where(r => r.Application!.AppliedOn < to);
                    await foreach (var record in wanted.OrderBy(r => r.Id).ToAsyncEnumerable(cancellation))
                    {
                        var a = record.Application!;
                        await JsonSerializer.SerializeAsync(
                            body, new { record = record.Id, learner = a.LearnerId, a.Programme, a.Cycle, a.Partner, a.AppliedOn }, JsonSerializerOptions.Web, cancellation);
                        await body.WriteAsync("\n"u8.ToArray(), cancellation);
                    }
                },
                "application/x-ndjson"))
            .For(Role.Auditor);
}
