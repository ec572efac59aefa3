namespace Tremplin.Certification.Paper;

/// <summary>Who gave a training, as its funders know it. What is null is printed as a line to fill in by hand.</summary>
/// <param name="Name">Its legal name.</param>
/// <param name="Address">Its postal address.</param>
/// <param name="Registration">
/// The number of its <i>déclaration d'activité</i>, eleven digits (article L. 6351-1 of the French labour code).
/// </param>
/// <param name="Representative">First and last name of who signs for it.</param>
/// <param name="Capacity">In what capacity they sign, for example <i>directrice</i>.</param>
public sealed record Provider(
    string? Name = null, string? Address = null, string? Registration = null, string? Representative = null, string? Capacity = null);
