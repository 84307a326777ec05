// A record of a pack as a Vue form: values in, messages by field out, whatever the schema comes from. Not here: the fields themselves.

import { computed, reactive } from "vue";

export function useRecord(schema, initial = {}) {
  const values = reactive(initial);
  const issues = computed(() => schema["~standard"].validate({ ...values }).issues ?? []);
  const messages = computed(() => Object.fromEntries(issues.value.map((issue) => [issue.path[0] ?? "", issue.message])));
  return { values, messages, valid: computed(() => issues.value.length === 0) };
}
