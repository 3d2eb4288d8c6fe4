import { asyncApiDocument } from '@fieldcase/contracts';

/** The document at `/asyncapi.json`, also where no broker is configured: it says what there would be. */
export class AsyncApiText {
  readonly text: string;

  /** @param prefix of all topics */
  constructor(prefix: string) {
    this.text = JSON.stringify(asyncApiDocument(prefix));
  }
}
