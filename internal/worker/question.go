package worker

import (
	"context"

	"bursar/internal/question"
)

// forgetQuestions deletes what was asked about places on courses that are long over.
func (w *Worker) forgetQuestions(ctx context.Context) error {
	return w.inPortions(ctx, question.Forget)
}
