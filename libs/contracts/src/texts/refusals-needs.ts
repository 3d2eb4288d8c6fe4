/** What a decider says of one field or one need of a closing, by the sentence it says it in. */
export const needTexts: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  visit: { zh: '没有未结束的上门', en: 'no visit is open' },
};
