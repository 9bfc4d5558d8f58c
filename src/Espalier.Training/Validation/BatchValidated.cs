using Espalier.Datasets;
using Espalier.Vision;

namespace Espalier.Training.Validation;

/// <summary>One batch of validation.</summary>
/// <param name="Done">Batches done, this one included; 1 for the first of a validation.</param>
/// <param name="Total">Batches in all.</param>
/// <param name="Pictures">Its pictures, in the loader's order.</param>
public sealed record BatchValidated(int Done, int Total, IReadOnlyList<ValidatedPicture> Pictures);

/// <summary>A labelled picture and what was found on it.</summary>
/// <param name="Source">The photo and its labels.</param>
/// <param name="Detections">In order of falling confidence, boxes in the photo's own pixels.</param>
/// <param name="Evaluation">The detections held against the labels.</param>
public sealed record ValidatedPicture(BatchSource Source, IReadOnlyList<Detection> Detections, PictureEvaluation Evaluation);
