using Marten;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>Reads who a learner is. Each read is an event, also when it is asked again: somebody looked again.</summary>
/// <param name="Purpose">What for.</param>
public sealed record ReadLearner(ReadingPurpose Purpose) : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) => state switch
    {
        { Person: null } => Decision.Refuse(Problems.Unknown, "There is no such learner."),
        { Erased: not null } or { Restricted: not null } => Decision.Nothing,
        _ => Decision.Accept(new LearnerRead(Purpose)),
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/learners/{id}", async (
            Guid id, ReadingPurpose purpose, HttpContext http, Shell shell, Origin origin, IQuerySession store, LearnerKeys keys) =>
        {
            if (!Enum.IsDefined(purpose))
                return Problems.Of(StatusCodes.Status400BadRequest, "malformed", $"purpose is one of: {string.Join(", ", Enum.GetNames<ReadingPurpose>())}.");
            http.Response.Headers[HeaderNames.CacheControl] = "no-store";
            // R46: an alias is shown as the learner who stays, and the read is recorded there.
            id = await store.Survivor(id);
            // First of all: what cannot be recorded is not shown.
            var read = await shell.Handle(id, new ReadLearner(purpose), origin);
            if (read.Appended > 0 && await keys.Find(id) is { } key)
            {
                var person = read.State.Person!;
                return Results.Ok(new
                {
                    id,
                    aliases = (await store.Everybody(id)).Skip(1),
                    firstName = key.Open(person.FirstName),
                    lastName = key.Open(person.LastName),
                    email = key.Open(person.Email),
                    birthDate = person.BirthDate is { } date ? key.Open(date) : null,
                });
            }

            // It may have happened between the two.
            return await EraseLearner.Shown(id, store) is { } erased
                ? Results.Ok(erased)
                : read.Answer(_ => Problems.Of(
                    StatusCodes.Status500InternalServerError, "key-missing", $"The key of learner {id} is missing, yet nobody erased the learner. Tell the operator."));
        }).For(Role.Coordinator, Role.Auditor);
}
