using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>R41: what is asked of whoever changes the standing of a certificate, and the doors for it.</summary>
public static class Grounds
{
    private const int Longest = 200;

    /// <summary>What a request says.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="LegalBasis">The law, contract or rule that it rests on, at most 200 characters, without personal data.</param>
    /// <param name="By">Who wanted it; the coordinator where it is not said.</param>
    /// <param name="EffectiveOn">From which day on; today (UTC) where it is not said.</param>
    public sealed record Asked(GroundReason Reason, string? LegalBasis = null, ActorKind By = ActorKind.Coordinator, DateOnly? EffectiveOn = null)
    {
        /// <summary>The ground, at this instant.</summary>
        public Ground At(DateTimeOffset now) =>
            new(Reason, string.IsNullOrWhiteSpace(LegalBasis) ? null : LegalBasis.Trim(), By, EffectiveOn ?? DateOnly.FromDateTime(now.UtcDateTime));
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        Door("suspend", ground => new SuspendCertificate(ground));
        Door("reinstate", ground => new ReinstateCertificate(ground));
        Door("revoke", ground => new RevokeCertificate(ground));
        Door("withdraw", ground => new WithdrawCertificate(ground));

        void Door(string what, Func<Ground, ICommand<Certificate>> command) =>
            routes.MapPost($"/certificates/{{id}}/{what}", async (Guid id, Asked asked, Shell shell, Origin origin, Clock clock) =>
                (await shell.Handle(id, command(asked.At(clock.Now)), origin)).Answer(o => Results.Ok(Shown(id, o.State))))
                .For(Role.Coordinator);
    }

    /// <summary>R41: what is wrong with a ground, or with asking it of this certificate; null where nothing is.</summary>
    internal static Decision? Fault(this Ground ground, Certificate state, DateTimeOffset now) => (state.Claims, ground) switch
    {
        (null, _) => Decision.Refuse(Problems.Unknown, "There is no such certificate."),
        (_, { EffectiveOn: var day }) when day > DateOnly.FromDateTime(now.UtcDateTime) =>
            Decision.Refuse("effective-in-the-future", $"It cannot take effect on {day:yyyy-MM-dd}, after the day on which it is recorded."),
        ({ IssuedOn: var issued }, { EffectiveOn: var day }) when day < issued && day < DateOnly.FromDateTime(now.UtcDateTime) =>
            Decision.Refuse("effective-before-issue", $"It cannot take effect on {day:yyyy-MM-dd}: the certificate was issued on {issued:yyyy-MM-dd}."),
        (_, { LegalBasis.Length: > Longest }) => Decision.Refuse("legal-basis-too-long", $"A legal basis has at most {Longest} characters."),
        _ => null,
    };

    /// <summary>R40: of what is revoked or superseded nothing more is decided.</summary>
    internal static Decision Ended(Certificate state) => state.Standing == Standing.Superseded
        ? Decision.Refuse("superseded", $"The certificate {state.Successor} has taken its place: ask that of it.")
        : Decision.Refuse("revoked", "The certificate is revoked, and that is final.");

    private static object Shown(Guid id, Certificate state) => new { id, state.Standing, state.Ground, state.Successor, state.Withdrawn };
}
