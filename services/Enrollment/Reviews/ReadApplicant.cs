using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.Reviews;

/// <summary>Reads who applies, to compare. Each read is an event, also when it is asked again: somebody looked again.</summary>
/// <param name="Purpose">What for.</param>
public sealed record ReadApplicant(ReadingPurpose Purpose) : ICommand<Review>
{
    /// <inheritdoc/>
    public Decision Decide(Review state, DateTimeOffset now) => state.Status switch
    {
        ReviewStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such review."),
        ReviewStatus.Settled => Decision.Nothing,
        _ => Decision.Accept(new ApplicantRead(Purpose)),
    };

    /// <summary>Opens the door: the applicant and the candidates beside each other. That somebody looked is recorded with each of them first.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/applications/reviews/{id}/people", async (
            Guid id, HttpContext http, Shell shell, Origin origin, LearnerKeys keys, Acquaintances acquaintances, CancellationToken cancellation) =>
        {
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            var read = await shell.Handle(id, new ReadApplicant(ReadingPurpose.Application), origin);
            if (read.Appended == 0)
                return read.Answer(_ => Problems.Of(StatusCodes.Status409Conflict, "review-settled", "The review is settled: what was held opens for nobody any more."));
            await Task.WhenAll(read.State.Candidates.Select(c => shell.Handle(c.LearnerId, new ReadLearner(ReadingPurpose.Application), origin)));
            var key = await keys.Find(read.State.Held!.KeyId);
            var candidates = new List<object>();
            foreach (var c in read.State.Candidates)
                candidates.Add(new { c.LearnerId, c.Why, person = await acquaintances.Open(c.LearnerId, cancellation) });
            return Results.Ok(new { applicant = key is null ? null : Person.Of(read.State.Held.Person, key), candidates });
        }).For(Role.Coordinator);
}
