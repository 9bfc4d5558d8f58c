namespace Espalier.Training.Losses;

/// <summary>What each part of the loss is multiplied with.</summary>
/// <param name="Box">The box loss.</param>
/// <param name="Objectness">The objectness loss.</param>
/// <param name="Class">The class loss.</param>
internal readonly record struct LossGains(float Box, float Objectness, float Class);
