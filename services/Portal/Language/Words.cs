using System.Globalization;
using NodaTime;

namespace Tremplin.Portal.Language;

/// <summary>One of the two languages of the pages. What a page says stands in it in both, side by side.</summary>
/// <param name="Code">The language (BCP 47).</param>
/// <param name="Name">Its own name for itself.</param>
public sealed record Words(string Code, string Name)
{
    private const string Cookie = "tremplin-language";

    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    private static readonly (string English, string French)[] Months =
    [
        ("January", "janvier"), ("February", "février"), ("March", "mars"), ("April", "avril"), ("May", "mai"), ("June", "juin"),
        ("July", "juillet"), ("August", "août"), ("September", "septembre"), ("October", "octobre"), ("November", "novembre"), ("December", "décembre"),
    ];

    /// <summary>English.</summary>
    public static Words English { get; } = new("en", "English");

    /// <summary>French.</summary>
    public static Words French { get; } = new("fr", "Français");

    /// <summary>The other one.</summary>
    public Words Other => this == French ? English : French;

    /// <summary>The language that <c>?lang=</c> asks for, else the one chosen before, else what the browser prefers, else French.</summary>
    public static Words For(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var preferred = request.GetTypedHeaders().AcceptLanguage.Where(l => l.Quality != 0).OrderByDescending(l => l.Quality ?? 1).Select(l => l.Value.ToString());
        return preferred.Prepend(request.Cookies[Cookie]).Prepend((string?)request.Query["lang"]).Select(Known).FirstOrDefault(w => w is not null) ?? French;
    }

    /// <summary>Notes the language and address that were asked for, and keeps the choice that an address makes for the pages after it.</summary>
    public static void Remember(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Set(new Visit(For(context.Request), context.Request.Path, context.Request.Query));
        if (Known(context.Request.Query["lang"]) is { } chosen)
        {
            context.Response.Cookies.Append(Cookie, chosen.Code, new()
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = TimeSpan.FromDays(365),
                SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
            });
        }
    }

    /// <summary>The one of two texts that is in this language.</summary>
    public string Say(string english, string french) => this == French ? french : english;

    /// <inheritdoc cref="Say(string, string)"/>
    public string Say((string English, string French) text) => Say(text.English, text.French);

    /// <summary>24 November 2026, 1er novembre 2026.</summary>
    public string Date(LocalDate date) => string.Create(
        CultureInfo.InvariantCulture, $"{date.Day}{(date.Day == 1 ? Say("", "er") : "")} {Say(Months[date.Month - 1])} {date.Year}");

    /// <inheritdoc cref="Date(LocalDate)"/>
    public string Date(DateOnly date) => Date(LocalDate.FromDateOnly(date));

    /// <summary>The day, as Paris has it.</summary>
    public static LocalDate Day(DateTimeOffset at) => Local(at).Date;

    /// <summary>The hour and minute, as Paris has them.</summary>
    public static string Clock(DateTimeOffset at) => Local(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The moment to the second, as Paris has it.</summary>
    public string Moment(DateTimeOffset at) => $"{Date(Day(at))}, {Local(at).ToString("HH:mm:ss", CultureInfo.InvariantCulture)}";

    /// <summary>The moment in UTC, as ISO 8601 has it.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The moment that somebody in Paris means; null where it is none. Of an hour that autumn has twice it is the first.</summary>
    public static DateTimeOffset? Meant(string? local) =>
        DateTime.TryParseExact(local, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? LocalDateTime.FromDateTime(at).InZoneLeniently(Paris).ToDateTimeOffset().ToUniversalTime()
            : null;

    private static LocalDateTime Local(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Paris).LocalDateTime;

    private static Words? Known(string? tag) => tag?.Split('-')[0].ToUpperInvariant() switch { "FR" => French, "EN" => English, _ => null };
}

/// <summary>What was asked for at first: a page that says sorry is shown in its place, under an address of its own.</summary>
/// <param name="Words">The language.</param>
/// <param name="Path">The path.</param>
/// <param name="Query">What follows it.</param>
public sealed record Visit(Words Words, PathString Path, IQueryCollection Query)
{
    /// <summary>Whether it is a page for everybody, beside those for whoever signs in.</summary>
    public bool IsPublic => Path.StartsWithSegments("/certificates", StringComparison.OrdinalIgnoreCase);
}
