// One English sentence per way in which a document can be refused: for the command line, and the page's fallback.
import { assertNever } from '../base/result.ts';
import type { DocumentError } from './codec.ts';
import type { IncidentError } from './file/readIncidentFile.ts';

/** Control characters can't reach a terminal through a path of a field. */
const shown = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);

export function describeDocumentError(error: DocumentError): string {
  switch (error.kind) {
    case 'newerVersion':
      return `This incident was made by a newer version of Hopscope (format ${error.version}); open it with that version.`;
    case 'notADocument':
      return 'This is not an incident: the document has no version that is known.';
    case 'tooLarge':
      return `The incident's document is too large: ${error.characters} characters, at most ${error.limit} are read.`;
    case 'tooDeep':
      return `The incident's document is nested deeper than ${error.limit} levels and is not read.`;
    case 'notJson':
      return `The incident's document is damaged: ${shown(error.message)}.`;
    case 'forbiddenKey':
      return `The incident's document holds a forbidden field name at ${shown(error.path)}.`;
    case 'wrongField':
      return `The incident's document is wrong at ${shown(error.path)}: ${shown(error.message)}.`;
    case 'wrongReference':
      return `The incident's document refers to something that is not there: ${shown(error.path)} is ${error.value}.`;
    default:
      return assertNever(error);
  }
}

export function describeIncidentError(error: IncidentError): string {
  switch (error.kind) {
    case 'notAnIncident':
      return 'This file holds no incident of Hopscope.';
    case 'fileTooLarge':
      return `The incident file is too large to open: ${error.octets} octets, at most ${error.limit}.`;
    case 'documentIncomplete':
      return `The incident's document is incomplete: ${error.have} of its ${error.need} parts are in the file.`;
    case 'newerContainer':
      return `This incident was made by a newer version of Hopscope (container ${error.version}); open it with that version.`;
    case 'inflatesTooLarge':
      return `The incident's document inflates to more than ${error.limit} octets and is not read.`;
    case 'notDeflate':
      return "The incident's document is damaged: it can't be inflated.";
    default:
      return describeDocumentError(error);
  }
}
