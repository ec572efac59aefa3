using JasperFx.Events.Projections;
using Tremplin.Defaults;
using Tremplin.Enrollment;
using Tremplin.Enrollment.Applications;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.Notifications;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.Partners;
using Tremplin.Enrollment.Reports;
using Tremplin.Enrollment.Reviews;
using Tremplin.Enrollment.TrainingRecords;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("enrollment");
builder.AddLearnerKeys();
builder.AddEventStore("enrollment", Announcements.From, options =>
{
    options.AddStream<TrainingRecord, TrainingRecordEvent>();
    options.AddStream<Learner, LearnerEvent>();
    options.AddStream<Organisation, OrganisationEvent>();
    options.AddStream<Offering, OfferingEvent>();
    options.Projections.Add<TrainingRecordSnapshot>(ProjectionLifecycle.Inline);
    options.Projections.Add<OrganisationSnapshot>(ProjectionLifecycle.Inline);
    options.Projections.Add<OfferingSnapshot>(ProjectionLifecycle.Inline);
    options.Schema.For<Receipt>();
    options.Schema.For<TrainingRecord>().Index(r => r.Seat!.CohortId).Index(r => r.Application!.Partner);
    options.AddEventIndex("mt_events_partner", $"({PublicEvents.Partner}, seq_id) WHERE {PublicEvents.Partner} IS NOT NULL");
}, services => (stored, cancellation) =>
    services.GetRequiredService<Exchange>().Publish([.. stored.Select(e => CloudEvent.Of(e)).OfType<CloudEvent>()], cancellation));
builder.Services.AddSingleton<Exchange>().AddSingleton<PublicEvents>().AddSingleton<Replay>().AddSingleton<ISweeper, Checkpoints>();
builder.Services.AddSingleton<Journal>().AddSingleton<OpenCohorts>().AddSingleton<Facts>().AddSingleton<Apply>().AddHostedService<PartnerCommands>();
Erasures.Add(builder.Services);
Merges.Add(builder.Services);
CarryOn.Add(builder);
SendNotifications.Add(builder);

var app = builder.Build();
app.UseDefaults();
Action<IEndpointRouteBuilder>[] doors =
[
    RegisterOrganisation.Map, ImportOrganisations.Map, RecordMaturity.Map, Apply.Map, ImportApplications.Map, ReviewList.Map, ReadLearner.Map, EraseLearner.Map, MergeLearners.Map,
    AnswerOffer.Map, Withdraw.Map, RequestTransfer.Map, SignAgreement.Map, Waitlist.Map, Transcript.Map, CalendarAddress.Map,
    RecordsInScope.Map, OpenCohorts.Map, Feed.Map, FunderReport.Map, BpfReport.Map, MaturityReport.Map,
    NotificationList.Map, ResendNotification.Map, DismissNotification.Map,
];
foreach (var open in doors)
    open(app);
NotificationList.Watch(app);
await app.RunAsync();
