using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Tremplin.Identity;

/// <summary>OpenIddict's tables in PostgreSQL, in a database of their own.</summary>
public sealed class IdentityDatabase(DbContextOptions<IdentityDatabase> options) : DbContext(options);

/// <summary>Ready means that a pooled connection answers a query.</summary>
public sealed class DatabaseAnswers(IdentityDatabase database) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await database.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
