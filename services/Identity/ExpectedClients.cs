namespace Tremplin.Identity;

/// <summary>Who a client acts as: its roles, and the organisation it acts for.</summary>
public sealed record Standing(IReadOnlyList<string> Roles, string Organisation);

/// <summary>The clients that must exist at start; <c>clients.json</c> may hold more.</summary>
public static class ExpectedClients
{
    /// <summary>Every role a token may carry.</summary>
    public static readonly IReadOnlyList<string> Roles = ["coordinator", "trainer", "partner", "auditor", "operator"];

    /// <summary>One client for each role of the house, <c>platform</c> with all of these, and one client for each partner.</summary>
    /// <param name="partners">Partner ids, separated by commas.</param>
    /// <exception cref="ArgumentException">A partner bears the id of another client.</exception>
    public static IReadOnlyDictionary<string, Standing> For(string partners)
    {
        string[] house = [.. Roles.Where(role => role is not "partner")];
        var clients = house.ToDictionary(role => role, role => new Standing([role], "tremplin"), StringComparer.Ordinal);
        clients.Add("platform", new Standing(house, "tremplin"));
        foreach (var partner in partners.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            clients.Add(partner, new Standing(["partner"], partner));
        return clients;
    }
}
