using JasperFx.Events.Projections;
using Tremplin.Certification;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("certification");
builder.AddLearnerKeys();
builder.AddEventStore("certification", Announcements.From, options =>
{
    options.AddStream<CompletionFile, CompletionFileEvent>();
    options.AddStream<Certificate, CertificateEvent>();
    options.Projections.Add<CohortCertificateProjection>(ProjectionLifecycle.Inline);
    options.Schema.For<CohortCertificate>().Index(c => c.CohortId);
});

var app = builder.Build();
app.UseDefaults();
CompletionFile.Map(app);
CertificatePage.Map(app);
CertificateHistory.Map(app);
CohortCertificate.Map(app);
await app.RunAsync();
