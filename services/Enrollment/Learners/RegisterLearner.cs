using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>Registers a learner whose key was just made. Asked again it changes nothing.</summary>
public sealed record RegisterLearner(SealedPerson Person) : ICommand<Learner>
{
    /// <inheritdoc/>
    public Decision Decide(Learner state, DateTimeOffset now) =>
        state.Person is null ? Decision.Accept(new LearnerRegistered(Person)) : Decision.Nothing;

    /// <summary>Opens the door: a coordinator reads who a learner is.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/learners/{id}", async (Guid id, IQuerySession store, LearnerKeys keys) =>
        {
            var events = await store.Events.FetchStreamAsync(id);
            if (events.Aggregate(Learner.Initial, (s, e) => s.Evolve(e.Data)).Person is not { } person)
                return Problems.NotFound("learner", id);
            return await keys.Find(id) is { } key
                ? Results.Ok(new
                {
                    id,
                    firstName = key.Open(person.FirstName),
                    lastName = key.Open(person.LastName),
                    email = key.Open(person.Email),
                    birthDate = person.BirthDate is { } date ? key.Open(date) : null,
                })
                : Results.Ok(new { id, erased = true });
        }).For(Role.Coordinator);
}
