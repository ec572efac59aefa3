using Npgsql;
using Tremplin.Certification.Credentials;
using Tremplin.Certification.Paper;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>The platform's public address, under which its certificates are found. Credentials are signed with it: it is chosen once.</summary>
/// <param name="Uri">Absolute; ends with a slash.</param>
public sealed record PublicAddress(Uri Uri)
{
    /// <summary>The setting <c>Certificates:Address</c>.</summary>
    /// <exception cref="InvalidOperationException">It is missing or no such address.</exception>
    public static PublicAddress Of(string setting) =>
        Uri.TryCreate(setting, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri is { Query: "", Fragment: "", UserInfo: "" }
            ? new(uri.AbsoluteUri.EndsWith('/') ? uri : new(uri.AbsoluteUri + "/"))
            : throw new InvalidOperationException($"The setting Certificates:Address is no web address: {setting}.");
}

/// <summary>What certificates need beside the shell.</summary>
public static class Certifying
{
    /// <summary>Adds it.</summary>
    public static void AddCertificates(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var secrets = builder.Required("Secrets:Folder");
        var database = builder.Required("ConnectionStrings:Store") + ";Maximum Pool Size=10;Max Auto Prepare=20;No Reset On Close=true";
        builder.Services
            .AddSingleton(PublicAddress.Of(builder.Required("Certificates:Address")))
            .AddSingleton(builder.Configuration.GetSection("Certificates:Provider").Get<Provider>() ?? new Provider())
            .AddSingleton(new HolderLinks(secrets))
            .AddSingleton(_ => IssuerKeys.In(secrets))
            .AddKeyedSingleton("printed", (_, _) => NpgsqlDataSource.Create(database))
            .AddSingleton<Printer>().AddSingleton<Issuing>().AddSingleton<ReissueCertificate>().AddSingleton<StatusLists>();
    }
}
